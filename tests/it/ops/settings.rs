//! Settings as the program meets them in its environment: what can't be is rejected at once, by name and without its value.

use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt,
    process::Command,
    sync::Mutex,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use taskbridge::config::Config;
use tokio::net::TcpListener;

use crate::support::{ApiClient, Program, SECRET, Token};

/// Settings that can't be, each with the variable that must be named.
const BAD: [(&str, &str); 83] = [
    ("PORT", "eighty"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "8000.0"),
    ("WORKERS", "0"),
    ("WORKERS", "257"),
    ("WORKERS", "many"),
    ("DATABASE_URL", "mysql://root:hunter2@localhost/tasks"),
    ("DATABASE_URL", "taskbridge.db"),
    ("DATABASE_URL", "/var/lib/hunter2.db"),
    ("DATABASE_URL", "POSTGRES://ann:hunter2@localhost/tasks"),
    ("DATABASE_URL", "postgres://ann:hunter2@localhost:port/tasks"),
    ("DATABASE_URL", "postgres://ann:hunter2/a#b@localhost/tasks"),
    ("DATABASE_URL", "postgres://ann:hunter2@localhost/tasks?sslmode=hunter2"),
    ("DATABASE_URL", "sqlite://hunter2.db?mode=hunter2"),
    ("DATABASE_URL", "sqlite::memory:"),
    ("DATABASE_URL", "sqlite://hunter2?mode=memory"),
    ("DATABASE_MAX_CONNECTIONS", "0"),
    ("DATABASE_MAX_CONNECTIONS", "10001"),
    ("DATABASE_MAX_CONNECTIONS", "x"),
    ("DATABASE_ACQUIRE_TIMEOUT", "0s"),
    ("DATABASE_ACQUIRE_TIMEOUT", "3"),
    ("DATABASE_ACQUIRE_TIMEOUT", "61s"),
    ("DATABASE_ACQUIRE_TIMEOUT", "soon"),
    ("BETTER_AUTH_SECRET", ""),
    ("BETTER_AUTH_SECRET", "hunter2"),
    ("BETTER_AUTH_SECRET", "thirty-one-bytes-are-not-enough"),
    ("BETTER_AUTH_SECRET", "better-auth-secret-12345678901234567890"),
    ("BETTER_AUTH_SECRET", "                                        "),
    ("BETTER_AUTH_SECRETS", ""),
    ("BETTER_AUTH_SECRETS", "hunter2"),
    ("BETTER_AUTH_SECRETS", "1:hunter2"),
    ("BETTER_AUTH_SECRETS", "a-secret-without-version-of-more-than-32-bytes"),
    ("BETTER_AUTH_SECRETS", "x:a-secret-without-version-of-more-than-32-bytes"),
    ("BETTER_AUTH_SECRETS", "-1:a-secret-with-a-bad-version-of-32-bytes"),
    ("BETTER_AUTH_SECRETS", "2:a-secret-that-is-good-of-more-than-32-bytes,1:hunter2"),
    ("BETTER_AUTH_SECRETS", "1:better-auth-secret-12345678901234567890"),
    ("TOKEN_LEEWAY", "61s"),
    ("TOKEN_LEEWAY", "15"),
    ("TOKEN_LEEWAY", "-1s"),
    ("TOKEN_LEEWAY", "x"),
    ("CORS_ALLOWED_ORIGINS", "*"),
    ("CORS_ALLOWED_ORIGINS", "http://localhost:3000/"),
    ("CORS_ALLOWED_ORIGINS", "localhost:3000"),
    ("CORS_ALLOWED_ORIGINS", "http://localhost:3000, https://*.example.com"),
    ("CORS_ALLOWED_ORIGINS", "https://ann:hunter2@example.com"),
    ("CORS_ALLOWED_ORIGINS", "null"),
    ("CORS_ALLOWED_ORIGINS", "https://App.example.com"),
    ("CORS_ALLOWED_ORIGINS", "https://app.example.com:443"),
    ("CORS_ALLOWED_ORIGINS", "ftp://example.com"),
    ("SHUTDOWN_TIMEOUT", "2h"),
    ("SHUTDOWN_TIMEOUT", "30"),
    ("SHUTDOWN_TIMEOUT", "never"),
    ("TRUSTED_PROXIES", "proxy.example.com"),
    ("TRUSTED_PROXIES", "10.0.0.7/8"),
    ("TRUSTED_PROXIES", "10.0.0.0/33"),
    ("TRUSTED_PROXIES", "0.0.0.0/0"),
    ("TRUSTED_PROXIES", "::/0"),
    ("TRUSTED_PROXIES", "::ffff:0:0/96"),
    ("TRUSTED_PROXIES", "2001:db8::1/64"),
    ("TRUSTED_PROXIES", "10.0.0.7:8080"),
    ("TRUSTED_PROXIES", "10.0.0.7, *"),
    ("RATE_LIMIT", "no"),
    ("RATE_LIMIT", "OFF"),
    ("LOG_FORMAT", "xml"),
    ("LOG_FORMAT", "JSON"),
    ("LOG_FORMAT", "hunter2"),
    ("ACCOUNTS", "perhaps"),
    ("ACCOUNTS", "true"),
    ("ACCOUNTS", "ON"),
    ("ACCESS_TOKEN_TTL", "24"),
    ("ACCESS_TOKEN_TTL", "59s"),
    ("ACCESS_TOKEN_TTL", "8days"),
    ("ACCESS_TOKEN_TTL", "for ever"),
    ("REFRESH_TOKEN_TTL", "7"),
    ("REFRESH_TOKEN_TTL", "0s"),
    ("REFRESH_TOKEN_TTL", "366days"),
    ("SESSION_MAX_AGE", "30"),
    ("SESSION_MAX_AGE", "59s"),
    ("SESSION_MAX_AGE", "2years"),
    ("SWEEP_INTERVAL", "60"),
    ("SWEEP_INTERVAL", "0s"),
    ("SWEEP_INTERVAL", "25h"),
];

fn program() -> Program {
    Program::new().with("BETTER_AUTH_SECRET", SECRET)
}

/// Ends at once with exit code 2, and one line that names the variable and not its value.
pub(crate) async fn is_rejected(program: &Program, name: &str, value: &str) {
    let begun = Instant::now();
    let said = program.run(&[]).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{name}={value} runs");
    assert_eq!(said.code, Some(2), "{name}={value}: {said:?}");
    assert_eq!((said.out.as_str(), said.err.lines().count()), ("", 1), "{name}={value}: {said:?}");
    assert!(said.err.starts_with(&format!("taskbridge: {name} must be ")), "{name}={value}: {said:?}");
    assert!(value.len() < 3 || !said.err.replace(name, "").contains(value), "{name} gives its value away: {said:?}");
    assert!(!said.err.contains("hunter2"), "{said:?}");
}

#[actix_web::test]
async fn what_cannot_be_is_refused_by_name() {
    for some in BAD.chunks(4) {
        join_all(some.iter().map(|(name, value)| async move {
            is_rejected(&program().with(name, value), name, value).await;
        }))
        .await;
    }
}

#[actix_web::test]
async fn bounds_are_told_as_they_are_set() {
    for (name, told) in [
        ("SESSION_MAX_AGE", "as in 30d, from 1m to 365d"),
        ("ACCESS_TOKEN_TTL", "from 1m to 7d"),
        ("DATABASE_ACQUIRE_TIMEOUT", "as in 3s, from 1ms to 1m"),
        ("TOKEN_LEEWAY", "from 0s to 1m"),
    ] {
        let said = program().with(name, "never").run(&[]).await;
        assert!(said.err.contains(told), "{said:?}");
    }
}

/// `set -a; . ./.env` reads a shell's script, which knows spaces, `<` and `#`.
#[actix_web::test]
async fn the_example_survives_a_shell_and_knows_every_setting() {
    const EXAMPLE: &str = include_str!("../../../.env.example");
    let settings =
        EXAMPLE.lines().filter_map(|line| line.strip_prefix('#')?.split_once('=')).filter(|(name, _)| is_name(name));
    let mut known = BTreeSet::new();
    for (name, value) in settings {
        let script = format!("set -a; {name}={value}\nprintenv {name}");
        let read = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(read.stderr.is_empty(), "{name}={value}: {}", String::from_utf8_lossy(&read.stderr));
        assert_eq!(String::from_utf8(read.stdout).unwrap().trim(), value.trim_matches('\''), "{name}");
        known.insert(name.to_owned());
    }
    let asked = Mutex::new(BTreeSet::new());
    let keys = |name: &str| {
        asked.lock().unwrap().insert(name.to_owned());
        (name == "JWKS_URL").then(|| "http://localhost:3000/api/auth/jwks".to_owned())
    };
    Config::read(keys).unwrap();
    assert_eq!(known, asked.into_inner().unwrap());
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

#[actix_web::test]
async fn postgres_needs_a_secret_to_be_set() {
    let url = "postgres://ann:hunter2@127.0.0.1:1/tasks";
    is_rejected(&Program::new().with("DATABASE_URL", url), "BETTER_AUTH_SECRET", url).await;
}

#[actix_web::test]
async fn accounts_need_a_secret() {
    let keys = Program::new().with("JWKS_URL", "http://localhost:3000/api/auth/jwks").with("ACCOUNTS", "on");
    is_rejected(&keys, "ACCOUNTS", "on").await;
}

#[actix_web::test]
async fn a_bad_setting_stops_every_command_that_needs_it() {
    let program = program().with("BETTER_AUTH_SECRET", "hunter2");
    for arguments in [&["serve"] as &[&str], &["mint-token", "--sub", "ann"], &["explain-token", "x"]] {
        let said = program.run(arguments).await;
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(!said.err.contains("hunter2"), "{said:?}");
    }
}

#[actix_web::test]
async fn without_any_setting_a_secret_is_made_once_and_kept() {
    let program = Program::new();
    let mut process = program.serve().await;
    assert!(process.log().contains("taskbridge.secret"), "{}", process.log());
    let file = program.folder().join("taskbridge.secret");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let secret = std::fs::read_to_string(&file).unwrap();
    assert!(secret.len() >= 32 && !process.log().contains(&secret));
    let ann = minted(&program, &process.base()).await;
    let task = ann.creates_a_task("Buy milk").await;
    process.signal("TERM");
    assert_eq!(process.exit_code().await, Some(0));
    let process = program.serve().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), secret);
    minted(&program, &process.base()).await.sees(&task).await;
}

#[actix_web::test]
async fn two_that_start_in_one_empty_folder_agree_on_the_secret() {
    for _ in 0..3 {
        let program = Program::new();
        let (mut one, mut two) = (program.start(), program.start());
        futures_util::future::join(one.wait_until_listening(), two.wait_until_listening()).await;
        let task = minted(&program, &one.base()).await.creates_a_task("Buy milk").await;
        minted(&program, &two.base()).await.sees(&task).await;
        let left =
            std::fs::read_dir(program.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut left: Vec<_> = left.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect();
        left.sort();
        assert_eq!(left, ["taskbridge.db", "taskbridge.secret"]);
    }
}

/// A client with a token that the program minted.
async fn minted(program: &Program, base: &str) -> ApiClient {
    let said = program.run(&["mint-token", "--sub", "ann"]).await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    ApiClient::new(base, "ann", Some(said.out.trim().to_owned()))
}

#[actix_web::test]
async fn only_the_service_makes_a_secret() {
    let program = Program::new();
    for arguments in [&["mint-token", "--sub", "ann"] as &[&str], &["explain-token", "x"]] {
        let said = program.run(arguments).await;
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("start the service here once"), "{said:?}");
    }
    assert_eq!(program.run(&["migrate"]).await.code, Some(0));
    assert!(!program.folder().join("taskbridge.secret").exists());
}

#[actix_web::test]
async fn each_worker_has_a_connection_at_least() {
    let postgres = program().with("DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/tasks").with("WORKERS", "8");
    is_rejected(&postgres.with("DATABASE_MAX_CONNECTIONS", "7"), "DATABASE_MAX_CONNECTIONS", "hunter2").await;
}

#[actix_web::test]
async fn a_port_in_use_is_a_clear_error() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = program().with("PORT", &port).with("RUST_LOG", "error").run(&[]).await;
    assert_eq!((said.code, said.err.lines().count()), (Some(1), 1), "{said:?}");
    for word in ["can't listen on", &port, "in use", "PORT"] {
        assert!(said.err.contains(word), "{said:?}");
    }
}

#[actix_web::test]
async fn a_host_that_is_none_is_a_clear_error() {
    let said = program().with("HOST", "no.such.host.invalid").with("RUST_LOG", "error").run(&[]).await;
    assert_eq!((said.code, said.err.lines().count()), (Some(1), 1), "{said:?}");
    assert!(said.err.contains("can't listen on") && said.err.contains("HOST"), "{said:?}");
}

#[actix_web::test]
async fn versioned_secrets_all_verify_and_the_first_signs() {
    let (new, old) = ("the-new-secret-of-more-than-32-bytes", "the-old-secret-of-more-than-32-bytes");
    let program = Program::new().with("BETTER_AUTH_SECRETS", &format!("2:{new},1:{old}"));
    let process = program.serve().await;
    let ann = minted(&program, &process.base()).await;
    let task = ann.creates_a_task("Buy milk").await;
    let now = taskbridge::clock::Clock::system().now();
    for (secret, status) in [(new, 200), (old, 200), (SECRET, 401)] {
        let client = ApiClient::new(&process.base(), "ann", Some(Token::new("ann", now).signed_with(secret).sign()));
        client.get(&format!("/api/tasks/{}", crate::support::id(&task))).await.is(status);
    }
    let only_new = Program::new().with("BETTER_AUTH_SECRET", new).serve().await;
    ApiClient::new(&only_new.base(), "ann", Some(minted_text(&program).await)).get("/api/tasks").await.is(200);
}

async fn minted_text(program: &Program) -> String {
    program.run(&["mint-token", "--sub", "ann"]).await.out.trim().to_owned()
}
