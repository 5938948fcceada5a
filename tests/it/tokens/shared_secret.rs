//! Front-end tokens under the shared secret, including tokens of a real Better Auth.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::support::{ApiResponse, Backend, TestApp, Token};

/// Tokens of a Better Auth installation, with its secret and its public keys.
const FIXTURES: &str = include_str!("../../fixtures/better-auth/longlived_and_negative_tokens.json");

const OLD: &str = "an-old-secret-of-the-tests-with-more-than-32-bytes";
const NEW: &str = "a-new-secret-of-the-tests-with-more-than-32-bytes";

fn fixtures() -> Value {
    serde_json::from_str(FIXTURES).unwrap()
}

/// A service with the secret of the installation, an hour after its tokens were issued.
async fn app_an_hour_later() -> TestApp {
    let secret = fixtures()["secret"].as_str().unwrap().to_owned();
    let app = TestApp::start_with(Backend::Sqlite, [("BETTER_AUTH_SECRET", secret.as_str())]).await;
    let issued = DateTime::from_timestamp(1_795_240_707, 0).unwrap();
    app.advance_clock(issued + Duration::hours(1) - app.now());
    app
}

async fn request_with(app: &TestApp, token: impl Into<String>) -> ApiResponse {
    app.bearer(token).get("/api/tasks").await
}

#[actix_web::test]
async fn tokens_of_better_auth_are_accepted() {
    let app = app_an_hour_later().await;
    for name in ["valid_10y", "valid_24h_expires"] {
        let token = fixtures()["hs256"][name].as_str().unwrap().to_owned();
        let task = app.bearer(token).creates_a_task(name).await;
        assert_eq!(task["user_id"], "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6");
    }
}

#[actix_web::test]
async fn invalid_tokens_are_rejected() {
    let app = app_an_hour_later().await;
    let hs256 = &fixtures()["hs256"];
    request_with(&app, hs256["expired"].as_str().unwrap()).await.reports_an_expired_token();
    for name in ["wrong_secret", "no_exp", "hs512_same_secret"] {
        request_with(&app, hs256[name].as_str().unwrap()).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn jwks_tokens_are_rejected_without_a_key_set() {
    let app = app_an_hour_later().await;
    let fixtures = fixtures();
    let valid = fixtures["valid"].as_object().unwrap().values();
    let others = ["invalid", "acceptable"].into_iter().flat_map(|kind| fixtures[kind].as_array().unwrap());
    let tokens: Vec<_> = valid.chain(others).map(|one| one["token"].as_str().unwrap()).collect();
    assert_eq!(tokens.len(), 23);
    for token in tokens {
        request_with(&app, token).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn a_token_expires_on_an_open_connection() {
    let app = app_an_hour_later().await;
    let client = app.bearer(fixtures()["hs256"]["valid_24h_expires"].as_str().unwrap());
    let leeway = Duration::seconds(15);
    app.advance_clock(DateTime::from_timestamp(1_795_327_107, 0).unwrap() + leeway - Duration::seconds(5) - app.now());
    client.get("/api/tasks").await.is(200);
    app.advance_clock(Duration::seconds(5));
    client.get("/api/tasks").await.reports_an_expired_token();
    request_with(&app, fixtures()["hs256"]["valid_10y"].as_str().unwrap()).await.is(200);
}

#[actix_web::test]
async fn an_old_secret_verifies_until_it_is_removed() {
    let both_secrets = format!("2:{NEW},1:{OLD}");
    let mut app = TestApp::start_with(Backend::Sqlite, [("BETTER_AUTH_SECRETS", both_secrets.as_str())]).await;
    let token_under = |app: &TestApp, secret: &str| app.token("ann").signed_with(secret).sign();
    let task = app.bearer(token_under(&app, OLD)).creates_a_task("Buy milk").await;
    app.bearer(token_under(&app, NEW)).sees(&task).await;
    app.ann().sees(&task).await;
    request_with(&app, token_under(&app, &both_secrets)).await.rejects_the_token();
    request_with(&app, token_under(&app, &format!("1:{OLD}"))).await.rejects_the_token();

    app.stop().await;
    let app = TestApp::start_on(app.database(), [("BETTER_AUTH_SECRETS", format!("2:{NEW}").as_str())]).await;
    app.bearer(token_under(&app, NEW)).sees(&task).await;
    request_with(&app, token_under(&app, OLD)).await.rejects_the_token();
}

/// A front-end token with one claim replaced.
fn token_with_claim(app: &TestApp, claim: &str, value: Value) -> String {
    app.token("ann").with(claim, value).sign()
}

const ISSUERS_AND_AUDIENCES: [(&str, &str); 2] = [
    ("JWT_ISSUER", "https://auth.example.com, https://auth.example.org"),
    ("JWT_AUDIENCE", "https://api.example.com,tasks"),
];

#[actix_web::test]
async fn configured_iss_and_aud_are_accepted() {
    let app = TestApp::start_with(Backend::Sqlite, ISSUERS_AND_AUDIENCES).await;
    app.ann().get("/api/tasks").await.is(200);
    for (claim, value) in [
        ("iss", json!("https://auth.example.com")),
        ("iss", json!("https://auth.example.org")),
        ("aud", json!("https://api.example.com")),
        ("aud", json!(["another", "tasks"])),
    ] {
        request_with(&app, token_with_claim(&app, claim, value)).await.is(200);
    }
}

#[actix_web::test]
async fn other_iss_and_aud_are_rejected() {
    let app = TestApp::start_with(Backend::Sqlite, ISSUERS_AND_AUDIENCES).await;
    for (claim, value) in [
        ("iss", json!("https://auth.example.com/")),
        ("iss", json!("HTTPS://auth.example.com")),
        ("iss", json!("https://auth.example.com, https://auth.example.org")),
        ("iss", json!(["https://auth.example.com"])),
        ("iss", json!("")),
        ("iss", json!(null)),
        ("aud", json!("https://auth.example.com")),
        ("aud", json!("task")),
        ("aud", json!(["another"])),
        ("aud", json!([])),
        ("aud", json!("")),
        ("aud", json!(null)),
        ("aud", json!(["tasks", 1])),
        ("aud", json!({"tasks": true})),
    ] {
        request_with(&app, token_with_claim(&app, claim, value)).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn iss_and_aud_are_rejected_without_settings() {
    let app = TestApp::start(Backend::Sqlite).await;
    for (claim, value) in [
        ("iss", json!("https://auth.example.com")),
        ("iss", json!("")),
        ("aud", json!("https://api.example.com")),
        ("aud", json!([])),
        ("aud", json!("")),
    ] {
        request_with(&app, token_with_claim(&app, claim, value)).await.rejects_the_token();
    }
    request_with(&app, Token::new("ann", app.now()).without("email").without("name").without("iat").sign())
        .await
        .is(200);
}

#[actix_web::test]
async fn a_401_distinguishes_only_expired_from_invalid() {
    let app = TestApp::start(Backend::Sqlite).await;
    let in_an_hour = |now: DateTime<Utc>| (now + Duration::hours(1)).timestamp();
    let expired = app.token("ann").with("iat", 0).with("exp", 1);
    request_with(&app, expired.sign()).await.reports_an_expired_token();
    request_with(&app, expired.signed_with(OLD).sign()).await.rejects_the_token();
    request_with(&app, token_with_claim(&app, "nbf", in_an_hour(app.now()).into())).await.rejects_the_token();
    request_with(&app, token_with_claim(&app, "iat", in_an_hour(app.now()).into())).await.rejects_the_token();
    request_with(&app, token_with_claim(&app, "sub", "two words".into())).await.rejects_the_token();
    request_with(&app, app.token("ann").without("sub").sign()).await.rejects_the_token();
    app.anonymous().get("/api/tasks").await.requires_a_token();
}
