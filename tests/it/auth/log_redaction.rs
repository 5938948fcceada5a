//! No password and no token of the account operations is logged, even at level debug.

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiResponse, Backend, Process, Program, SignedInUser, TestDatabase, email, password};

const WRONG_PASSWORD: &str = "the-wrong-password-of-ann";
const PASSWORD_AS_EMAIL: &str = "the-mistyped-password-of-ann";
const WEAK_PASSWORD: &str = "iloveyou2";
const NEW_PASSWORD: &str = "the-new-password-of-ann";
const INVALID_REFRESH_TOKEN: &str = "the-garbage-that-is-no-refresh-token";

async fn fails_to_sign_up_and_log_in(process: &Process) {
    let anonymous = process.anonymous();
    anonymous.tries_to_sign_up("ann").await.is(409);
    anonymous.tries_to_log_in(&email("ann"), WRONG_PASSWORD).await.is(401);
    anonymous.tries_to_log_in(PASSWORD_AS_EMAIL, "x").await.is(422);
    anonymous.tries_to_log_in("unknown@example.com", "x").await.is(401);
    let weak = json!({"name": "x", "email": "x@example.com", "password": WEAK_PASSWORD});
    anonymous.post("/api/auth/signup", weak).await.is(422);
}

/// Refreshes twice, then causes a reuse; returns the user with each pair of tokens.
async fn refreshes_and_reuses(process: &Process) -> [SignedInUser; 3] {
    let anonymous = process.anonymous();
    let first = anonymous.logs_in("ann").await;
    let second = first.refreshes().await;
    let third = second.refreshes().await;
    anonymous.refreshes_with(INVALID_REFRESH_TOKEN).await.is(401);
    anonymous.refreshes_with(first.refresh_token()).await.is(401);
    third.is_rejected().await;
    [first, second, third]
}

async fn changes_password_and_deletes_account(ann: &SignedInUser) {
    let change = json!({"current_password": password("ann"), "new_password": NEW_PASSWORD});
    ann.post("/api/auth/password", change.clone()).await.is(204);
    ann.post("/api/auth/password", change).await.is(422);
    let deletion = ann.request(Method::DELETE, "/api/auth/me").json(&json!({"password": NEW_PASSWORD}));
    ApiResponse::to(deletion).await.is(204);
}

/// Asserts that the failures are logged, and that each success is logged with its user.
fn has_every_operation(log: &str) {
    for expected in [
        "refresh token reused",
        "/api/auth/signup",
        "incorrect password for caller=",
        "no account with this email address",
        "no refresh token of the configured secrets",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    let is_success = |line: &&str| ["status=20", "\"status\":20"].iter().any(|success| line.contains(success));
    let successes: Vec<_> = log.lines().filter(|line| line.contains("POST /api/auth/")).filter(is_success).collect();
    assert!(successes.len() >= 4, "{successes:#?}");
    for line in successes {
        assert!(!line.contains("caller=-") && !line.contains("\"caller\":\"-\""), "without a user: {line}");
    }
}

#[actix_web::test]
async fn no_password_and_no_token_is_logged() {
    for (backend, format) in [(Backend::Sqlite, "text"), (Backend::Postgres, "json")] {
        let database = TestDatabase::new(backend).await;
        let program =
            Program::on(&database).with("ACCOUNTS", "on").with("RUST_LOG", "debug").with("LOG_FORMAT", format);
        let mut process = program.serve().await;
        let (ann, front_end) = (process.anonymous().signs_up("ann").await, process.user("front"));
        fails_to_sign_up_and_log_in(&process).await;
        let refreshed = refreshes_and_reuses(&process).await;
        front_end.logs_out().await.is(204);
        changes_password_and_deletes_account(&ann).await;
        process.anonymous().get("/the-last-one").await.is(404);
        process.logs("/the-last-one").await;

        let log = process.log();
        has_every_operation(&log);
        let mut secrets = vec![password("ann"), front_end.token().unwrap()];
        let sent = [WRONG_PASSWORD, &PASSWORD_AS_EMAIL[..12], WEAK_PASSWORD, NEW_PASSWORD, INVALID_REFRESH_TOKEN];
        secrets.extend(sent.map(str::to_owned));
        for user in [&ann].into_iter().chain(&refreshed) {
            secrets.extend([user.access_token().to_owned(), user.refresh_token().to_owned()]);
        }
        for part in secrets.iter().flat_map(|secret| secret.split('.')) {
            assert!(!log.contains(part), "{part} is in the log");
        }
        assert!(!log.contains("ann@example.com") && !log.contains(ann.id()), "the log contains personal data");
    }
}
