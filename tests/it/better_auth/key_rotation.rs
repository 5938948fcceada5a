//! Key rotation, algorithm changes and outages of a real Better Auth.

use std::time::Instant;

use chrono::Duration;

use crate::support::{
    ApiResponse, BetterAuth, BetterAuthUser, NO_SECRET, SqlConnection, TestApp, better_auth::jwt_part,
};

/// Defaults of `JWKS_COOLDOWN` and `JWKS_MAX_AGE`.
const COOLDOWN: Duration = Duration::seconds(30);
const MAX_AGE: Duration = Duration::minutes(10);

/// The longest wait for the service, which checks its clock every second.
const CLOCK_CHECK_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);

/// Starts a service with the keys of `better_auth` and without a secret.
async fn start_service(better_auth: &BetterAuth) -> TestApp {
    TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await
}

async fn request_with(app: &TestApp, token: &str) -> ApiResponse {
    app.bearer(token).get("/api/tasks").await
}

fn kid(token: &str) -> String {
    jwt_part(token, 0)["kid"].as_str().unwrap().to_owned()
}

async fn sql(better_auth: &BetterAuth) -> SqlConnection {
    SqlConnection::on(&better_auth.database()).await
}

/// Repeats the request until the response has this status.
async fn eventually_responds(app: &TestApp, token: &str, status: u16) -> ApiResponse {
    let started = Instant::now();
    loop {
        let response = request_with(app, token).await;
        if response.status == status {
            return response;
        }
        assert!(started.elapsed() < CLOCK_CHECK_TIMEOUT, "still {}: {}", response.status, response.text);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Waits until the readiness check reports this state of the key set.
async fn wait_for_key_set(app: &TestApp, state: &str) {
    let started = Instant::now();
    while app.anonymous().get("/health/ready").await.is(200).json()["key_set"] != state {
        assert!(started.elapsed() < CLOCK_CHECK_TIMEOUT, "the key set does not become {state}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Fetches tokens until one has another key than `token`.
async fn token_after_rotation(user: &BetterAuthUser, token: &str) -> String {
    let started = Instant::now();
    loop {
        let next = user.token().await;
        if kid(&next) != kid(token) {
            return next;
        }
        assert!(started.elapsed() < CLOCK_CHECK_TIMEOUT, "the key is not rotated");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
async fn rotated_keys_are_fetched() {
    let better_auth = BetterAuth::start([("ROTATION_INTERVAL", "1"), ("GRACE_PERIOD", "3600")]).await;
    let ann = better_auth.signs_up("ann").await;
    let old = ann.token().await;
    let app = start_service(&better_auth).await;
    let task = app.bearer(&old).creates_a_task("Buy milk").await;

    let new = token_after_rotation(&ann, &old).await;
    request_with(&app, &new).await.rejects_the_token();
    app.advance_clock(COOLDOWN);
    app.bearer(&new).sees(&task).await;
    app.bearer(&old).sees(&task).await;

    let expiry_sql =
        format!(r#"update jwks set "expiresAt" = "expiresAt" - interval '1 hour' where id = '{}'"#, kid(&old));
    sql(&better_auth).await.run(&expiry_sql).await;
    request_with(&app, &old).await.is(200);
    app.advance_clock(MAX_AGE);
    eventually_responds(&app, &old, 401).await.rejects_the_token();
    app.bearer(&new).sees(&task).await;
}

#[actix_web::test]
async fn tokens_of_a_removed_key_are_rejected() {
    let better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let stolen = ann.token().await;
    let app = start_service(&better_auth).await;
    request_with(&app, &stolen).await.is(200);

    sql(&better_auth).await.run(&format!("delete from jwks where id = '{}'", kid(&stolen))).await;
    let new = ann.token().await;
    app.advance_clock(MAX_AGE);
    eventually_responds(&app, &stolen, 401).await.rejects_the_token();
    request_with(&app, &new).await.is(200);
    request_with(&app, &stolen).await.rejects_the_token();
}

#[actix_web::test]
async fn the_algorithm_may_change() {
    let mut better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let app = start_service(&better_auth).await;
    let mut tokens = vec![ann.token().await];
    let task = app.bearer(&tokens[0]).creates_a_task("Buy milk").await;
    for algorithm in ["ES512", "RS256", "Ed25519", "ES384", "PS384"] {
        better_auth.restarts_with([("ALG", algorithm)]).await;
        better_auth.expires_its_keys().await;
        tokens.push(ann.token().await);
        app.advance_clock(COOLDOWN);
        for token in tokens.iter().rev() {
            app.bearer(token).sees(&task).await;
        }
    }
    assert_eq!(better_auth.keys().await.len(), tokens.len());
}

#[actix_web::test]
async fn known_keys_verify_during_an_outage() {
    let mut better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let known = ann.token().await;
    let app = start_service(&better_auth).await;
    let task = app.bearer(&known).creates_a_task("Buy milk").await;
    wait_for_key_set(&app, "fresh").await;
    better_auth.expires_its_keys().await;
    let unknown = ann.token().await;

    better_auth.stops().await;
    app.advance_clock(MAX_AGE);
    wait_for_key_set(&app, "stale").await;
    app.bearer(&known).sees(&task).await;
    let unavailable = request_with(&app, &unknown).await.is_problem(503, "unavailable");
    assert!(unavailable.header("retry-after").is_some());

    better_auth.restarts().await;
    app.advance_clock(COOLDOWN);
    wait_for_key_set(&app, "fresh").await;
    app.bearer(&unknown).sees(&task).await;
    app.bearer(&known).sees(&task).await;
}

#[actix_web::test]
async fn better_auth_may_start_after_the_service() {
    let mut better_auth = BetterAuth::start([]).await;
    let token = better_auth.signs_up("ann").await.token().await;
    better_auth.stops().await;
    let app = start_service(&better_auth).await;
    let unavailable = request_with(&app, &token).await.is_problem(503, "unavailable");
    assert!(unavailable.header("retry-after").is_some());
    app.anonymous().get("/health/ready").await.is(503);

    better_auth.restarts().await;
    app.advance_clock(COOLDOWN);
    request_with(&app, &token).await.is(200);
    wait_for_key_set(&app, "fresh").await;
}
