//! The keys of a real Better Auth come, go and are away, and the service follows without a restart.

use std::time::Instant;

use chrono::Duration;

use crate::support::{ApiResponse, BetterAuth, BetterAuthUser, NO_SECRET, SqlConnection, TestApp, better_auth::part};

/// Defaults of `JWKS_COOLDOWN` and `JWKS_MAX_AGE`.
const COOLDOWN: Duration = Duration::seconds(30);
const MAX_AGE: Duration = Duration::minutes(10);

/// The service looks at its clock every second or so.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// With the keys of `better_auth`, and no secret.
async fn service(better_auth: &BetterAuth) -> TestApp {
    TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await
}

async fn tried(app: &TestApp, token: &str) -> ApiResponse {
    app.bearer(token).get("/api/tasks").await
}

fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

async fn stored(better_auth: &BetterAuth) -> SqlConnection {
    SqlConnection::on(&better_auth.database()).await
}

/// Asks until the response is as `wanted`.
async fn is_soon(app: &TestApp, token: &str, wanted: u16) -> ApiResponse {
    let begun = Instant::now();
    loop {
        let response = tried(app, token).await;
        if response.status == wanted {
            return response;
        }
        assert!(begun.elapsed() < PATIENCE, "still {}: {}", response.status, response.text);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Waits until readiness says so of the key set.
async fn key_set_is_soon(app: &TestApp, state: &str) {
    let begun = Instant::now();
    while app.anonymous().get("/health/ready").await.is(200).json()["key_set"] != state {
        assert!(begun.elapsed() < PATIENCE, "the key set is never {state}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Asks for tokens until one has another key than `token`.
async fn token_after_a_rotation(user: &BetterAuthUser, token: &str) -> String {
    let begun = Instant::now();
    loop {
        let next = user.token().await;
        if kid(&next) != kid(token) {
            return next;
        }
        assert!(begun.elapsed() < PATIENCE, "the key is never rotated");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
async fn keys_that_rotate_are_followed() {
    let better_auth = BetterAuth::start([("ROTATION_INTERVAL", "1"), ("GRACE_PERIOD", "3600")]).await;
    let ann = better_auth.signs_up("ann").await;
    let old = ann.token().await;
    let app = service(&better_auth).await;
    let task = app.bearer(&old).creates_a_task("Buy milk").await;

    let new = token_after_a_rotation(&ann, &old).await;
    tried(&app, &new).await.rejects_the_token();
    app.advance_clock(COOLDOWN);
    app.bearer(&new).sees(&task).await;
    app.bearer(&old).sees(&task).await;

    let over = format!(r#"update jwks set "expiresAt" = "expiresAt" - interval '1 hour' where id = '{}'"#, kid(&old));
    stored(&better_auth).await.run(&over).await;
    tried(&app, &old).await.is(200);
    app.advance_clock(MAX_AGE);
    is_soon(&app, &old, 401).await.rejects_the_token();
    app.bearer(&new).sees(&task).await;
}

#[actix_web::test]
async fn a_key_that_is_removed_opens_nothing_any_more() {
    let better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let stolen = ann.token().await;
    let app = service(&better_auth).await;
    tried(&app, &stolen).await.is(200);

    stored(&better_auth).await.run(&format!("delete from jwks where id = '{}'", kid(&stolen))).await;
    let new = ann.token().await;
    app.advance_clock(MAX_AGE);
    is_soon(&app, &stolen, 401).await.rejects_the_token();
    tried(&app, &new).await.is(200);
    tried(&app, &stolen).await.rejects_the_token();
}

#[actix_web::test]
async fn the_algorithm_may_change() {
    let mut better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let app = service(&better_auth).await;
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
async fn known_keys_serve_while_the_front_end_is_away() {
    let mut better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let known = ann.token().await;
    let app = service(&better_auth).await;
    let task = app.bearer(&known).creates_a_task("Buy milk").await;
    key_set_is_soon(&app, "fresh").await;
    better_auth.expires_its_keys().await;
    let unknown = ann.token().await;

    better_auth.stops().await;
    app.advance_clock(MAX_AGE);
    key_set_is_soon(&app, "stale").await;
    app.bearer(&known).sees(&task).await;
    let away = tried(&app, &unknown).await.is_problem(503, "unavailable");
    assert!(away.header("retry-after").is_some());

    better_auth.restarts().await;
    app.advance_clock(COOLDOWN);
    key_set_is_soon(&app, "fresh").await;
    app.bearer(&unknown).sees(&task).await;
    app.bearer(&known).sees(&task).await;
}

#[actix_web::test]
async fn the_front_end_may_start_after_the_service() {
    let mut better_auth = BetterAuth::start([]).await;
    let token = better_auth.signs_up("ann").await.token().await;
    better_auth.stops().await;
    let app = service(&better_auth).await;
    let away = tried(&app, &token).await.is_problem(503, "unavailable");
    assert!(away.header("retry-after").is_some());
    app.anonymous().get("/health/ready").await.is(503);

    better_auth.restarts().await;
    app.advance_clock(COOLDOWN);
    tried(&app, &token).await.is(200);
    key_set_is_soon(&app, "fresh").await;
}
