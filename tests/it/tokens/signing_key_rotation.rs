//! Rotation of the key pair that signs, and keys that other replicas create.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::Duration as ClockTime;

use super::signing_keys::{SIGNED, keys, kid, kids};
use crate::support::{BACKENDS, Backend, SignedInUser, SqlConnection, TestApp, TestDatabase};

/// The service reads its clock every second.
const CLOCK_POLL_TIMEOUT: Duration = Duration::from_secs(20);

async fn started(backend: Backend) -> TestApp {
    let settings = [("JWKS_ROTATION_INTERVAL", "1d"), ("ACCESS_TOKEN_TTL", "7d")];
    let database = Arc::new(TestDatabase::new(backend).await);
    TestApp::start_on(database, SIGNED.into_iter().chain(settings)).await
}

/// Logs in until a key with another id signs.
async fn eventually_signs_with_another_key(app: &TestApp, before: &SignedInUser) -> SignedInUser {
    let started = Instant::now();
    loop {
        let user = app.anonymous().logs_in("ann").await;
        if kid(&user) != kid(before) {
            return user;
        }
        assert!(started.elapsed() < CLOCK_POLL_TIMEOUT, "the key {} still signs", kid(before));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn eventually_withdraws(app: &TestApp, kid: &str) {
    let started = Instant::now();
    while kids(&keys(app).await).contains(&kid) {
        assert!(started.elapsed() < CLOCK_POLL_TIMEOUT, "the key {kid} is still published");
    }
}

#[actix_web::test]
async fn a_key_is_replaced_at_the_rotation_interval_and_published_for_thirty_days_more() {
    for backend in BACKENDS {
        let app = started(backend).await;
        let first = app.anonymous().signs_up("ann").await;
        app.advance_clock(ClockTime::hours(23));
        assert_eq!(kid(&app.anonymous().logs_in("ann").await), kid(&first));
        app.advance_clock(ClockTime::hours(2));
        let second = eventually_signs_with_another_key(&app, &first).await;
        assert_eq!(kids(&keys(&app).await), [kid(&second), kid(&first)]);
        first.is_accepted().await;
        second.is_accepted().await;

        app.advance_clock(ClockTime::days(29));
        assert!(kids(&keys(&app).await).contains(&kid(&first).as_str()));
        app.advance_clock(ClockTime::days(2));
        eventually_withdraws(&app, &kid(&first)).await;
        let rows = SqlConnection::on(&app.database()).await.number("select count(*) from jwks").await;
        assert!(rows > i64::try_from(keys(&app).await.len()).unwrap(), "the row is kept");
    }
}

#[actix_web::test]
async fn a_key_of_another_replica_is_found_at_the_first_token() {
    for backend in BACKENDS {
        let mut creating = started(backend).await;
        let other = TestApp::start_on(creating.database(), SIGNED).await;
        let first = creating.anonymous().signs_up("ann").await;
        other.bearer(first.access_token()).is_accepted().await;
        // an operator withdraws the key
        SqlConnection::on(&creating.database()).await.run("delete from jwks").await;
        creating.restart().await;
        let second = creating.anonymous().logs_in("ann").await;
        assert_ne!(kid(&second), kid(&first));
        creating.bearer(first.access_token()).get("/api/tasks").await.rejects_the_token();
        other.bearer(second.access_token()).is_accepted().await;
        other.bearer(first.access_token()).get("/api/tasks").await.rejects_the_token();
    }
}

/// The interval also applies to a key from before it was set.
#[actix_web::test]
async fn a_key_without_an_expiry_is_withdrawn_too() {
    for backend in BACKENDS {
        let app = started(backend).await;
        let first = app.anonymous().signs_up("ann").await;
        SqlConnection::on(&app.database()).await.run(r#"update jwks set "expiresAt" = null"#).await;
        app.advance_clock(ClockTime::days(32));
        eventually_signs_with_another_key(&app, &first).await;
        eventually_withdraws(&app, &kid(&first)).await;
    }
}
