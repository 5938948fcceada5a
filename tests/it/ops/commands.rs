//! The commands besides `serve`: `migrate`, `openapi`, `mint-token`, `explain-token`, `--help` and `--version`.

use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use taskbridge::clock::Clock;

use crate::support::{BACKENDS, Program, SECRET, TestDatabase, Token, migration_names};

fn program() -> Program {
    Program::new().with("BETTER_AUTH_SECRET", SECRET)
}

/// A valid token, to be changed by a test.
fn token() -> Token {
    Token::new("ann", Clock::system().now())
}

#[actix_web::test]
async fn help_and_version_need_no_settings() {
    let program = Program::new().with("PORT", "none");
    let help = program.run(&["--help"]).await;
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    for word in ["serve", "migrate", "health", "openapi", "mint-token", "explain-token"] {
        assert!(help.stdout.contains(word), "{}", help.stdout);
    }
    let version = program.run(&["--version"]).await;
    assert_eq!((version.code, version.stdout), (Some(0), format!("taskbridge {}\n", env!("CARGO_PKG_VERSION"))));
}

#[actix_web::test]
async fn an_unknown_command_is_rejected() {
    let program = Program::new().with("PORT", "none");
    let unknown = program.run(&["sreve"]).await;
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("serve"), "{}", unknown.stderr);
}

#[actix_web::test]
async fn openapi_needs_no_settings() {
    let output = Program::new().with("PORT", "none").run(&["openapi"]).await;
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    assert_eq!(output.stdout, taskbridge::contract());
    let contract: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(contract["paths"]["/api/tasks"]["get"]["operationId"], "listTasks");
}

#[actix_web::test]
async fn a_minted_token_is_accepted() {
    let arguments = ["mint-token", "--sub", "ann", "--email", "ann@example.com", "--name", "Ann", "--ttl", "2h"];
    let minted = program().run(&arguments).await;
    assert_eq!((minted.code, minted.stderr.as_str(), minted.stdout.lines().count()), (Some(0), "", 1));
    let explained = program().run(&["explain-token", minted.stdout.trim()]).await;
    assert_eq!(explained.code, Some(0));
    assert!(
        explained.stdout.starts_with("accepted as ann, expires in 1h 59m")
            || explained.stdout.contains("expires in 2h"),
        "{}",
        explained.stdout
    );
    let payload = minted.stdout.split('.').nth(1).unwrap();
    let payload = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap(), 7200);
    assert_eq!((&payload["email"], &payload["name"]), (&json!("ann@example.com"), &json!("Ann")));
}

#[actix_web::test]
async fn explain_token_reads_standard_input() {
    let token = token().sign();
    for (arguments, input) in [
        (&["explain-token"] as &[&str], token.clone()),
        (&["explain-token", "-"], format!("{token}\n")),
        (&["explain-token", "-"], format!("Bearer {token}\r\n")),
    ] {
        let output = program().run_with_input(arguments, &input).await;
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.stdout.starts_with("accepted as ann"), "{output:?}");
    }
}

#[actix_web::test]
async fn mint_token_rejects_invalid_claims() {
    for arguments in [["--sub", "", "--ttl", "1h"], ["--sub", "a b", "--ttl", "1h"], ["--sub", "ann", "--ttl", "9999y"]]
    {
        let output = program().run(&[&["mint-token"] as &[&str], &arguments].concat()).await;
        assert_eq!((output.code, output.stdout.as_str()), (Some(1), ""), "{output:?}");
    }
}

#[actix_web::test]
async fn explain_token_gives_the_reason() {
    let now = Clock::system().now();
    let exp_in_milliseconds = (now + Duration::hours(1)).timestamp_millis();
    let hs512 =
        encode(&Header::new(Algorithm::HS512), &json!({"sub": "ann"}), &EncodingKey::from_secret(SECRET.as_bytes()))
            .unwrap();
    for (token, reason) in [
        (Token::new("ann", now - Duration::seconds(3_694)).sign(), "expired 9"),
        (token().signed_with("another-secret-of-more-than-32-bytes").sign(), "does not verify with BETTER_AUTH_SECRET"),
        (hs512, "no verifier for alg `HS512`"),
        ("x".repeat(32), "Better Auth session token"),
        (format!("{}.{}", "x".repeat(32), "abc%3D"), "Better Auth session token with its signature"),
        (token().with("exp", exp_in_milliseconds).sign(), "must be in seconds, not milliseconds"),
        (
            token().with("iss", "http://localhost:3000/").sign(),
            "iss is `http://localhost:3000/`, but JWT_ISSUER is not set",
        ),
        (token().with("aud", "http://localhost:3000").sign(), "aud is `http://localhost:3000`"),
        (token().without("sub").sign(), "sub"),
        (token().without("exp").sign(), "exp"),
        (token().with("nbf", (now + Duration::hours(1)).timestamp()).sign(), "(nbf)"),
        (String::new(), "there is no token"),
    ] {
        let output = program().run_with_input(&["explain-token"], &token).await;
        assert_eq!(output.code, Some(1), "{output:?}");
        assert!(output.stdout.starts_with("rejected: ") && output.stdout.contains(reason), "{reason}: {output:?}");
        let hints: Vec<_> = output.stdout.lines().skip(1).collect();
        assert!(output.stderr.is_empty() && hints.len() <= 1, "{output:?}");
        assert!(hints.iter().all(|line| line.starts_with("hint: ")), "{output:?}");
    }
}

#[actix_web::test]
async fn migrate_applies_and_reports_migrations() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        let names = migration_names();
        let lines = |prefix: &str| names.iter().map(|name| format!("{prefix}{name}\n")).collect::<Vec<_>>().concat();
        for (arguments, output) in [
            (&["migrate", "status"] as &[&str], lines("pending  ")),
            (&["migrate", "status"], lines("pending  ")),
            (&["migrate"], lines("")),
            (&["migrate", "status"], lines("applied  ")),
            (&["migrate", "up"], "nothing to do\n".to_owned()),
            (&["migrate"], "nothing to do\n".to_owned()),
        ] {
            let response = program.run(arguments).await;
            assert_eq!(
                (response.code, response.stdout, response.stderr.as_str()),
                (Some(0), output, ""),
                "{arguments:?}"
            );
        }
        let mut process = program.serve().await;
        process.user("ann").creates_a_task("Buy milk").await;
        process.signal("TERM");
        assert_eq!(process.exit_code().await, Some(0));
    }
}
