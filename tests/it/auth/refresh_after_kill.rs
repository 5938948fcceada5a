//! A process that is killed during a refresh: the client can continue with the token that it has.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiClient, BACKENDS, Program, SignedInUser, SqlConnection, TestDatabase};

fn program(database: &TestDatabase) -> Program {
    Program::on(database).with("ACCOUNTS", "on").with("RATE_LIMIT", "off")
}

/// Sends the refresh token and ignores the response.
fn refreshes_without_reading(user: &SignedInUser) {
    let body = json!({"refresh_token": user.refresh_token()});
    let request = user.request(Method::POST, "/api/auth/refresh").json(&body);
    actix_web::rt::spawn(async move { drop(request.send().await) });
}

async fn wait_for_rotation(sql: &SqlConnection) {
    let started = std::time::Instant::now();
    while sql.number("select count(*) from refresh_token where replaced_at is not null").await == 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "the token is not rotated");
    }
}

/// Asserts that a refresh continues the session and leaves one active token.
async fn refreshes_once(anonymous: &ApiClient, sql: &SqlConnection, user: &SignedInUser) -> SignedInUser {
    let refreshed = anonymous.signed_in_by(anonymous.refreshes_with(user.refresh_token()).await.is(200));
    assert_eq!(refreshed.session_id(), user.session_id());
    assert_eq!(sql.number("select count(*) from refresh_token where replaced_at is null").await, 1);
    refreshed.is_accepted().await;
    refreshed
}

#[actix_web::test]
async fn a_kill_after_the_rotation_loses_no_session() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let sql = SqlConnection::on(&database).await;
        let mut process = program(&database).serve().await;
        let ann = process.anonymous().signs_up("ann").await;
        refreshes_without_reading(&ann);
        wait_for_rotation(&sql).await;
        process.signal("KILL");
        assert_eq!(process.exit_code().await, None);

        let process = program(&database).serve().await;
        let refreshed = refreshes_once(&process.anonymous(), &sql, &ann).await;
        refreshed.is_still_signed_in().await;
    }
}

/// The kill comes before, during or after the rotation.
#[actix_web::test]
async fn a_kill_at_any_time_loses_no_session() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let sql = SqlConnection::on(&database).await;
        let mut process = program(&database).serve().await;
        let mut ann = process.anonymous().signs_up("ann").await;
        for millis in [0, 1, 2, 4, 8, 16] {
            refreshes_without_reading(&ann);
            tokio::time::sleep(Duration::from_millis(millis)).await;
            process.signal("KILL");
            assert_eq!(process.exit_code().await, None);
            process = program(&database).serve().await;
            ann = refreshes_once(&process.anonymous(), &sql, &ann).await;
        }
        ann.is_still_signed_in().await;
    }
}
