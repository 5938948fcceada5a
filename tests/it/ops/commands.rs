//! The command line, besides serving.

use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use taskbridge::clock::Clock;

use crate::support::{Backend, Program, SECRET, TestDatabase, Token};

fn program() -> Program {
    Program::new().with("BETTER_AUTH_SECRET", SECRET)
}

/// A token as good as any, to be spoilt.
fn token() -> Token {
    Token::new("ann", Clock::system().now())
}

#[actix_web::test]
async fn help_and_version_need_no_settings() {
    let program = Program::new().with("PORT", "none");
    let help = program.run(&["--help"]).await;
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for word in ["serve", "migrate", "openapi", "mint-token", "explain-token"] {
        assert!(help.out.contains(word), "{}", help.out);
    }
    let version = program.run(&["--version"]).await;
    assert_eq!((version.code, version.out), (Some(0), format!("taskbridge {}\n", env!("CARGO_PKG_VERSION"))));
    let unknown = program.run(&["sreve"]).await;
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    assert!(unknown.err.contains("serve"), "{}", unknown.err);
}

#[actix_web::test]
async fn the_contract_is_printed_without_settings() {
    let said = Program::new().with("PORT", "none").run(&["openapi"]).await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_eq!(said.out, taskbridge::contract());
    let contract: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(contract["paths"]["/api/tasks"]["get"]["operationId"], "listTasks");
}

#[actix_web::test]
async fn what_is_minted_is_let_in_as_it_says() {
    let arguments = ["mint-token", "--sub", "ann", "--email", "ann@example.com", "--name", "Ann", "--ttl", "2h"];
    let minted = program().run(&arguments).await;
    assert_eq!((minted.code, minted.err.as_str(), minted.out.lines().count()), (Some(0), "", 1));
    let explained = program().run(&["explain-token", minted.out.trim()]).await;
    assert_eq!(explained.code, Some(0));
    assert!(
        explained.out.starts_with("let in as ann, for another 1h 59m") || explained.out.contains("another 2h"),
        "{}",
        explained.out
    );
    let payload = minted.out.split('.').nth(1).unwrap();
    let payload = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap(), 7200);
    assert_eq!((&payload["email"], &payload["name"]), (&json!("ann@example.com"), &json!("Ann")));
}

#[actix_web::test]
async fn a_token_is_read_from_standard_input_too() {
    let token = token().sign();
    for (arguments, input) in [
        (&["explain-token"] as &[&str], token.clone()),
        (&["explain-token", "-"], format!("{token}\n")),
        (&["explain-token", "-"], format!("Bearer {token}\r\n")),
    ] {
        let said = program().run_with_input(arguments, &input).await;
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.starts_with("let in as ann"), "{said:?}");
    }
}

#[actix_web::test]
async fn no_token_is_minted_that_would_not_be_let_in() {
    for arguments in [["--sub", "", "--ttl", "1h"], ["--sub", "a b", "--ttl", "1h"], ["--sub", "ann", "--ttl", "9999y"]]
    {
        let said = program().run(&[&["mint-token"] as &[&str], &arguments].concat()).await;
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{said:?}");
    }
}

#[actix_web::test]
async fn what_is_not_let_in_is_explained() {
    let now = Clock::system().now();
    let in_millis = (now + Duration::hours(1)).timestamp_millis();
    let hs512 =
        encode(&Header::new(Algorithm::HS512), &json!({"sub": "ann"}), &EncodingKey::from_secret(SECRET.as_bytes()))
            .unwrap();
    for (token, why) in [
        (Token::new("ann", now - Duration::seconds(3_694)).sign(), "expired 9"),
        (
            token().signed_with("another-secret-of-more-than-32-bytes").sign(),
            "does not verify under BETTER_AUTH_SECRET",
        ),
        (hs512, "alg is `HS512`"),
        ("x".repeat(32), "Better Auth session token"),
        (format!("{}.{}", "x".repeat(32), "abc%3D"), "Better Auth session token with its signature"),
        (token().with("exp", in_millis).sign(), "are these milliseconds?"),
        (
            token().with("iss", "http://localhost:3000/").sign(),
            "iss is `http://localhost:3000/`, and JWT_ISSUER is not set",
        ),
        (token().with("aud", "http://localhost:3000").sign(), "aud is `http://localhost:3000`"),
        (token().without("sub").sign(), "sub"),
        (token().without("exp").sign(), "exp"),
        (token().with("nbf", (now + Duration::hours(1)).timestamp()).sign(), "(nbf)"),
        (String::new(), "there is no token"),
    ] {
        let said = program().run_with_input(&["explain-token"], &token).await;
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.out.starts_with("not let in: ") && said.out.contains(why), "{why}: {said:?}");
        assert_eq!((said.err.as_str(), said.out.lines().count()), ("", 1), "{said:?}");
    }
}

#[actix_web::test]
async fn migrating_by_hand() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        let names = [
            "m20261121_000001_better_auth",
            "m20261121_000002_task",
            "m20261121_000003_session",
            "m20261121_000004_front_end_session",
        ];
        let all = |state: &str| names.map(|name| format!("{state}  {name}\n")).concat();
        for (arguments, said) in [
            (&["migrate", "status"] as &[&str], all("pending")),
            (&["migrate", "status"], all("pending")),
            (&["migrate"], names.map(|name| format!("{name}\n")).concat()),
            (&["migrate", "status"], all("applied")),
            (&["migrate", "up"], "nothing to do\n".to_owned()),
            (&["migrate"], "nothing to do\n".to_owned()),
        ] {
            let response = program.run(arguments).await;
            assert_eq!((response.code, response.out, response.err.as_str()), (Some(0), said, ""), "{arguments:?}");
        }
        let mut process = program.serve().await;
        process.user("ann").creates_a_task("Buy milk").await;
        process.signal("TERM");
        assert_eq!(process.exit_code().await, Some(0));
    }
}
