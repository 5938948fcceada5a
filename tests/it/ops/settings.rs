//! Environment variables: an invalid value stops the start, and the message names the variable and not the value.

use std::{
    collections::BTreeSet,
    process::Command,
    sync::Mutex,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use taskbridge::config::Config;
use tokio::net::TcpListener;

use crate::support::{Program, SECRET};

/// Invalid values by variable.
const INVALID: &[(&str, &str)] = &[
    ("PORT", "eighty"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "8000.0"),
    ("WORKERS", "0"),
    ("WORKERS", "257"),
    ("WORKERS", "many"),
    ("METRICS_ADDRESS", "hunter2"),
    ("METRICS_ADDRESS", "localhost:metrics"),
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
    ("DATABASE_RLS", "yes"),
    ("DATABASE_RLS", "on"),
    ("DATABASE_ACQUIRE_TIMEOUT", "0s"),
    ("DATABASE_ACQUIRE_TIMEOUT", "3"),
    ("DATABASE_ACQUIRE_TIMEOUT", "61s"),
    ("DATABASE_ACQUIRE_TIMEOUT", "soon"),
    ("BETTER_AUTH_NAMES", "plurals"),
    ("BETTER_AUTH_NAMES", "plural snake_case"),
    ("BETTER_AUTH_TABLE_USER", "auth.users"),
    ("BETTER_AUTH_TABLE_SESSION", "sessions\"; drop table task; --"),
    ("BETTER_AUTH_TABLE_ACCOUNT", "refresh_token"),
    ("BETTER_AUTH_TABLE_VERIFICATION", "1codes"),
    ("BETTER_AUTH_TABLE_JWKS", "user"),
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
    ("USER_ID_CLAIM", "email"),
    ("USER_ID_CLAIM", "exp"),
    ("USER_ID_CLAIM", "userId"),
    ("OAUTH_AUDIENCE", "hunter2"),
    ("OAUTH_SCOPE", "hunter2"),
    ("TOKEN_LEEWAY", "61s"),
    ("TOKEN_LEEWAY", "15"),
    ("TOKEN_LEEWAY", "-1s"),
    ("TOKEN_LEEWAY", "x"),
    ("ACCESS_TOKEN_ALG", "RS256"),
    ("ACCESS_TOKEN_ALG", "eddsa"),
    ("ACCESS_TOKEN_ALG", "EdDSA"), // without PUBLIC_URL
    ("JWKS_ROTATION_INTERVAL", "1h"),
    ("JWKS_ROTATION_INTERVAL", "never"),
    ("CORS_ALLOWED_ORIGINS", "*"),
    ("CORS_ALLOWED_ORIGINS", "http://localhost:3000/"),
    ("CORS_ALLOWED_ORIGINS", "localhost:3000"),
    ("CORS_ALLOWED_ORIGINS", "http://localhost:3000, https://*.example.com"),
    ("CORS_ALLOWED_ORIGINS", "https://ann:hunter2@example.com"),
    ("CORS_ALLOWED_ORIGINS", "null"),
    ("CORS_ALLOWED_ORIGINS", "https://App.example.com"),
    ("CORS_ALLOWED_ORIGINS", "https://app.example.com:443"),
    ("CORS_ALLOWED_ORIGINS", "ftp://example.com"),
    ("SHUTDOWN_DELAY", "11m"),
    ("SHUTDOWN_DELAY", "5"),
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
    ("RATE_LIMIT_STORE", "redis"),
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
    ("IDEMPOTENCY_TTL", "24"),
    ("IDEMPOTENCY_TTL", "59s"),
    ("IDEMPOTENCY_TTL", "31days"),
    ("CLEANUP_INTERVAL", "60"),
    ("CLEANUP_INTERVAL", "0s"),
    ("CLEANUP_INTERVAL", "25h"),
    ("SWEEP_INTERVAL", "25h"),
    ("MAIL", "smtp"),
    ("REQUIRE_EMAIL_VERIFICATION", "yes"),
    ("SMTP_URL", "mail.hunter2.example"),
    ("SMTP_URL", "https://ann:hunter2@smtp.example.com"),
    ("SMTP_URL", "smtp://ann:hunter2@smtp.example.com?tls=off"),
    ("SMTP_URL", "smtps://ann:hunter2@smtp.example.com?tls=off"),
    ("SMTP_URL", "smtps://ann:hunter2@smtp.example.com?tls=none"),
    ("SMTP_URL", "smtps://ann:hunter2@smtp.example.com/path"),
    ("SMTP_URL", "smtp://:587"),
    ("PUBLIC_URL", "https://api.example.com/hunter2"),
    ("PUBLIC_URL", "https://ann:hunter2@api.example.com"),
    ("SMTP_URL", "smtps://hunter2@smtp.example.com"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://ann:hunter2@otlp.example.com"),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://localhost:4317"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
    ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
    ("OTEL_TRACES_SAMPLER_ARG", "10%"),
    ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
    ("OTEL_SDK_DISABLED", "yes"),
];

fn program() -> Program {
    Program::new().with("BETTER_AUTH_SECRET", SECRET)
}

/// Asserts that the program exits at once with code 2 and one line that names the variable and not the value.
pub(crate) async fn is_rejected_by_name(program: &Program, name: &str, value: &str) {
    let started = Instant::now();
    let output = program.run(&[]).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{name}={value} starts");
    assert_eq!(output.code, Some(2), "{name}={value}: {output:?}");
    assert_eq!((output.stdout.as_str(), output.stderr.lines().count()), ("", 1), "{name}={value}: {output:?}");
    assert!(output.stderr.starts_with(&format!("taskbridge: {name} must be ")), "{name}={value}: {output:?}");
    assert!(
        value.len() < 3 || !output.stderr.replace(name, "").contains(value),
        "{name} is printed with its value: {output:?}"
    );
    assert!(!output.stderr.contains("hunter2"), "{output:?}");
}

#[actix_web::test]
async fn invalid_settings_are_rejected_by_name() {
    for chunk in INVALID.chunks(4) {
        join_all(chunk.iter().map(|(name, value)| async move {
            is_rejected_by_name(&program().with(name, value), name, value).await;
        }))
        .await;
    }
}

#[actix_web::test]
async fn error_messages_give_the_bounds() {
    for (name, bounds) in [
        ("SESSION_MAX_AGE", "as in 30d, from 1m to 365d"),
        ("ACCESS_TOKEN_TTL", "from 1m to 7d"),
        ("DATABASE_ACQUIRE_TIMEOUT", "as in 3s, from 1ms to 1m"),
        ("TOKEN_LEEWAY", "from 0s to 1m"),
    ] {
        let output = program().with(name, "never").run(&[]).await;
        assert!(output.stderr.contains(bounds), "{output:?}");
    }
}

/// Every value also survives `set -a; . ./.env`, where a shell interprets spaces, `<` and `#`.
#[actix_web::test]
async fn env_example_lists_every_setting() {
    const EXAMPLE: &str = include_str!("../../../.env.example");
    let settings =
        EXAMPLE.lines().filter_map(|line| line.strip_prefix('#')?.split_once('=')).filter(|(name, _)| is_name(name));
    let mut documented = BTreeSet::new();
    for (name, value) in settings {
        let script = format!("set -a; {name}={value}\nprintenv {name}");
        let printed = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(printed.stderr.is_empty(), "{name}={value}: {}", String::from_utf8_lossy(&printed.stderr));
        assert_eq!(String::from_utf8(printed.stdout).unwrap().trim(), value.trim_matches('\''), "{name}");
        documented.insert(name.to_owned());
    }
    let read_settings = Mutex::new(BTreeSet::new());
    let keys = |name: &str| {
        // libpq's variables, and the folder of its password file
        if !name.starts_with("PG") && name != "HOME" {
            read_settings.lock().unwrap().insert(name.to_owned());
        }
        (name == "JWKS_URL").then(|| "http://localhost:3000/api/auth/jwks".to_owned())
    };
    Config::read(keys).unwrap();
    assert_eq!(documented, read_settings.into_inner().unwrap());
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

#[actix_web::test]
async fn postgres_needs_a_secret_to_be_set() {
    let url = "postgres://ann:hunter2@127.0.0.1:1/tasks";
    is_rejected_by_name(&Program::new().with("DATABASE_URL", url), "BETTER_AUTH_SECRET", url).await;
}

#[actix_web::test]
async fn a_mail_server_needs_a_sender_and_the_public_url() {
    let url = "smtps://ann:hunter2@smtp.example.com";
    let program = program().with("SMTP_URL", url);
    is_rejected_by_name(&program, "MAIL_FROM", url).await;
    is_rejected_by_name(&program.with("MAIL_FROM", "no-reply@example.com"), "PUBLIC_URL", url).await;
}

#[actix_web::test]
async fn accounts_need_a_secret() {
    let keys = Program::new().with("JWKS_URL", "http://localhost:3000/api/auth/jwks").with("ACCOUNTS", "on");
    is_rejected_by_name(&keys, "ACCOUNTS", "on").await;
}

#[actix_web::test]
async fn an_invalid_setting_stops_every_command_that_needs_it() {
    let program = program().with("BETTER_AUTH_SECRET", "hunter2");
    for arguments in [&["serve"] as &[&str], &["mint-token", "--sub", "ann"], &["explain-token", "x"]] {
        let output = program.run(arguments).await;
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(!output.stderr.contains("hunter2"), "{output:?}");
    }
}

#[actix_web::test]
async fn every_worker_needs_a_connection() {
    let postgres = program().with("DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/tasks").with("WORKERS", "8");
    is_rejected_by_name(&postgres.with("DATABASE_MAX_CONNECTIONS", "7"), "DATABASE_MAX_CONNECTIONS", "hunter2").await;
}

#[actix_web::test]
async fn a_port_in_use_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = program().with("PORT", &port).with("RUST_LOG", "error").run(&[]).await;
    assert_eq!((output.code, output.stderr.lines().count()), (Some(1), 1), "{output:?}");
    for word in ["can't listen on", &port, "in use", "PORT"] {
        assert!(output.stderr.contains(word), "{output:?}");
    }
}

#[actix_web::test]
async fn an_unknown_host_is_reported() {
    let output = program().with("HOST", "no.such.host.invalid").with("RUST_LOG", "error").run(&[]).await;
    assert_eq!((output.code, output.stderr.lines().count()), (Some(1), 1), "{output:?}");
    assert!(output.stderr.contains("can't listen on") && output.stderr.contains("HOST"), "{output:?}");
}
