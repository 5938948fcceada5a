//! No password and no token of the account operations is logged, even at level debug.

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiResponse, Backend, Program, TestDatabase, email, password};

#[actix_web::test]
async fn no_password_and_no_token_is_logged() {
    for (backend, format) in [(Backend::Sqlite, "text"), (Backend::Postgres, "json")] {
        let database = TestDatabase::new(backend).await;
        let program =
            Program::on(&database).with("ACCOUNTS", "on").with("RUST_LOG", "debug").with("LOG_FORMAT", format);
        let mut process = program.serve().await;
        let anonymous = process.anonymous();
        let (ann, front_end) = (anonymous.signs_up("ann").await, process.user("front"));
        anonymous.tries_to_sign_up("ann").await.is(409);
        anonymous.tries_to_log_in(&email("ann"), "the-wrong-password-of-ann").await.is(401);
        anonymous.tries_to_log_in("the-mistyped-password-of-ann", "x").await.is(422);
        anonymous.tries_to_log_in("stranger@example.com", "x").await.is(401);
        anonymous
            .post("/api/auth/signup", json!({"name": "x", "email": "x@example.com", "password": "iloveyou2"}))
            .await;
        let again = anonymous.logs_in("ann").await;
        let (second, garbage) = (again.refreshes().await, "the-garbage-that-is-no-refresh-token");
        let third = second.refreshes().await;
        anonymous.refreshes_with(garbage).await.is(401);
        anonymous.refreshes_with(again.refresh_token()).await.is(401);
        third.is_rejected().await;
        front_end.logs_out().await.is(204);
        let change = json!({"current_password": password("ann"), "new_password": "the-new-password-of-ann"});
        ann.post("/api/auth/password", change.clone()).await.is(204);
        ann.post("/api/auth/password", change).await.is(422);
        let deletion =
            ann.request(Method::DELETE, "/api/auth/me").json(&json!({"password": "the-new-password-of-ann"}));
        ApiResponse::to(deletion).await.is(204);
        anonymous.get("/the-last-one").await.is(404);
        process.logs("/the-last-one").await;

        let log = process.log();
        for expected in [
            "used again",
            "/api/auth/signup",
            "a wrong password for caller=",
            "nobody of this address",
            "no refresh token of the secrets",
        ] {
            assert!(log.contains(expected), "{expected}: {log}");
        }
        let is_success = |line: &&str| ["status=20", "\"status\":20"].iter().any(|good| line.contains(good));
        let successes: Vec<_> =
            log.lines().filter(|line| line.contains("POST /api/auth/")).filter(is_success).collect();
        assert!(successes.len() >= 4, "{successes:#?}");
        for line in successes {
            assert!(!line.contains("caller=-") && !line.contains("\"caller\":\"-\""), "without a user: {line}");
        }
        let mut secrets = vec![password("ann"), garbage.to_owned(), front_end.token().unwrap()];
        secrets.extend(
            ["the-wrong-password-of-ann", "the-mistyped", "the-new-password-of-ann", "iloveyou2"].map(str::to_owned),
        );
        for user in [&ann, &again, &second, &third] {
            secrets.extend([user.access_token().to_owned(), user.refresh_token().to_owned()]);
        }
        for part in secrets.iter().flat_map(|secret| secret.split('.')) {
            assert!(!log.contains(part), "{part} is in the log");
        }
        assert!(!log.contains("ann@example.com") && !log.contains(ann.id()), "the log contains personal data");
    }
}
