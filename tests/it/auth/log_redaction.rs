//! What an account is opened with stands in no log, however much is logged.

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiResponse, Backend, Program, TestDatabase, email, password};

#[actix_web::test]
async fn no_password_and_no_token_stands_in_the_log() {
    for (backend, format) in [(Backend::Sqlite, "text"), (Backend::Postgres, "json")] {
        let database = TestDatabase::new(backend).await;
        let program =
            Program::on(&database).with("ACCOUNTS", "on").with("RUST_LOG", "debug").with("LOG_FORMAT", format);
        let mut process = program.serve().await;
        let nobody = process.anonymous();
        let (ann, front) = (nobody.signs_up("ann").await, process.user("front"));
        nobody.tries_to_sign_up("ann").await.is(409);
        nobody.tries_to_log_in(&email("ann"), "the-wrong-password-of-ann").await.is(401);
        nobody.tries_to_log_in("the-mistyped-password-of-ann", "x").await.is(422);
        nobody.tries_to_log_in("stranger@example.com", "x").await.is(401);
        nobody.post("/api/auth/signup", json!({"name": "x", "email": "x@example.com", "password": "iloveyou2"})).await;
        let again = nobody.logs_in("ann").await;
        let (second, garbage) = (again.refreshes().await, "the-garbage-that-is-no-refresh-token");
        let third = second.refreshes().await;
        nobody.refreshes_with(garbage).await.is(401);
        nobody.refreshes_with(again.refresh_token()).await.is(401);
        third.is_rejected().await;
        front.logs_out().await.is(204);
        let change = json!({"current_password": password("ann"), "new_password": "the-new-password-of-ann"});
        ann.post("/api/auth/password", change.clone()).await.is(204);
        ann.post("/api/auth/password", change).await.is(422);
        let farewell =
            ann.request(Method::DELETE, "/api/auth/me").json(&json!({"password": "the-new-password-of-ann"}));
        ApiResponse::to(farewell).await.is(204);
        nobody.get("/the-last-one").await.is(404);
        process.logs("/the-last-one").await;

        let log = process.log();
        for told in [
            "used again",
            "/api/auth/signup",
            "a wrong password for caller=",
            "nobody of this address",
            "no refresh token of the secrets",
        ] {
            assert!(log.contains(told), "{told}: {log}");
        }
        let is_in = |line: &&str| ["status=20", "\"status\":20"].iter().any(|good| line.contains(good));
        let arrivals: Vec<_> = log.lines().filter(|line| line.contains("POST /api/auth/")).filter(is_in).collect();
        assert!(arrivals.len() >= 4, "{arrivals:#?}");
        for line in arrivals {
            assert!(!line.contains("caller=-") && !line.contains("\"caller\":\"-\""), "nobody is named: {line}");
        }
        let mut secrets = vec![password("ann"), garbage.to_owned(), front.token().unwrap()];
        secrets.extend(
            ["the-wrong-password-of-ann", "the-mistyped", "the-new-password-of-ann", "iloveyou2"].map(str::to_owned),
        );
        for member in [&ann, &again, &second, &third] {
            secrets.extend([member.access_token().to_owned(), member.refresh_token().to_owned()]);
        }
        for part in secrets.iter().flat_map(|secret| secret.split('.')) {
            assert!(!log.contains(part), "{part} stands in the log");
        }
        assert!(!log.contains("ann@example.com") && !log.contains(ann.id()), "the log names her");
    }
}
