//! Tokens of the front end's, as Better Auth's users mint them: which are let in, and until when.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::support::{ApiResponse, Backend, TestApp, Token};

/// Tokens that a Better Auth installation made; its secret and its public keys are with them.
const MINTED: &str = include_str!("../../fixtures/better-auth/longlived_and_negative_tokens.json");

const OLD: &str = "an-old-secret-of-the-tests-with-more-than-32-bytes";
const NEW: &str = "a-new-secret-of-the-tests-with-more-than-32-bytes";

fn minted() -> Value {
    serde_json::from_str(MINTED).unwrap()
}

/// A service that knows the installation's secret, an hour after its tokens were made.
async fn an_hour_later() -> TestApp {
    let secret = minted()["secret"].as_str().unwrap().to_owned();
    let app = TestApp::start_with(Backend::Sqlite, [("BETTER_AUTH_SECRET", secret.as_str())]).await;
    let made = DateTime::from_timestamp(1_795_240_707, 0).unwrap();
    app.advance_clock(made + Duration::hours(1) - app.now());
    app
}

async fn tried(app: &TestApp, token: impl Into<String>) -> ApiResponse {
    app.bearer(token).get("/api/tasks").await
}

#[actix_web::test]
async fn what_the_front_end_mints_is_let_in() {
    let app = an_hour_later().await;
    for name in ["valid_10y", "valid_24h_expires"] {
        let token = minted()["hs256"][name].as_str().unwrap().to_owned();
        let task = app.bearer(token).creates_a_task(name).await;
        assert_eq!(task["user_id"], "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6");
    }
}

#[actix_web::test]
async fn what_it_would_refuse_is_refused() {
    let app = an_hour_later().await;
    let hs256 = &minted()["hs256"];
    tried(&app, hs256["expired"].as_str().unwrap()).await.reports_an_expired_token();
    for name in ["wrong_secret", "no_exp", "hs512_same_secret"] {
        tried(&app, hs256[name].as_str().unwrap()).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn a_token_of_a_key_set_is_none_of_the_secrets() {
    let app = an_hour_later().await;
    let minted = minted();
    let valid = minted["valid"].as_object().unwrap().values();
    let others = ["invalid", "acceptable"].into_iter().flat_map(|kind| minted[kind].as_array().unwrap());
    let tokens: Vec<_> = valid.chain(others).map(|one| one["token"].as_str().unwrap()).collect();
    assert_eq!(tokens.len(), 23);
    for token in tokens {
        tried(&app, token).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn a_token_ends_while_its_connection_lasts() {
    let app = an_hour_later().await;
    let client = app.bearer(minted()["hs256"]["valid_24h_expires"].as_str().unwrap());
    let leeway = Duration::seconds(15);
    app.advance_clock(DateTime::from_timestamp(1_795_327_107, 0).unwrap() + leeway - Duration::seconds(5) - app.now());
    client.get("/api/tasks").await.is(200);
    app.advance_clock(Duration::seconds(5));
    client.get("/api/tasks").await.reports_an_expired_token();
    tried(&app, minted()["hs256"]["valid_10y"].as_str().unwrap()).await.is(200);
}

#[actix_web::test]
async fn an_old_secret_verifies_until_it_is_taken_away() {
    let both = format!("2:{NEW},1:{OLD}");
    let mut app = TestApp::start_with(Backend::Sqlite, [("BETTER_AUTH_SECRETS", both.as_str())]).await;
    let mints = |app: &TestApp, secret: &str| app.token("ann").signed_with(secret).sign();
    let task = app.bearer(mints(&app, OLD)).creates_a_task("Buy milk").await;
    app.bearer(mints(&app, NEW)).sees(&task).await;
    app.ann().sees(&task).await;
    tried(&app, mints(&app, &both)).await.rejects_the_token();
    tried(&app, mints(&app, &format!("1:{OLD}"))).await.rejects_the_token();

    app.stop().await;
    let app = TestApp::start_on(app.database(), [("BETTER_AUTH_SECRETS", format!("2:{NEW}").as_str())]).await;
    app.bearer(mints(&app, NEW)).sees(&task).await;
    tried(&app, mints(&app, OLD)).await.rejects_the_token();
}

/// Tokens that differ in one claim from what a front end mints.
fn claiming(app: &TestApp, claim: &str, value: Value) -> String {
    app.token("ann").with(claim, value).sign()
}

#[actix_web::test]
async fn a_token_may_name_the_issuer_and_audience_that_are_configured() {
    let settings = [
        ("JWT_ISSUER", "https://auth.example.com, https://auth.example.org"),
        ("JWT_AUDIENCE", "https://api.example.com,tasks"),
    ];
    let app = TestApp::start_with(Backend::Sqlite, settings).await;
    app.ann().get("/api/tasks").await.is(200);
    for (claim, value) in [
        ("iss", json!("https://auth.example.com")),
        ("iss", json!("https://auth.example.org")),
        ("aud", json!("https://api.example.com")),
        ("aud", json!(["another", "tasks"])),
    ] {
        tried(&app, claiming(&app, claim, value)).await.is(200);
    }
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
        tried(&app, claiming(&app, claim, value)).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn a_token_may_name_neither_where_none_is_configured() {
    let app = TestApp::start(Backend::Sqlite).await;
    for (claim, value) in [
        ("iss", json!("https://auth.example.com")),
        ("iss", json!("")),
        ("aud", json!("https://api.example.com")),
        ("aud", json!([])),
        ("aud", json!("")),
    ] {
        tried(&app, claiming(&app, claim, value)).await.rejects_the_token();
    }
    tried(&app, Token::new("ann", app.now()).without("email").without("name").without("iat").sign()).await.is(200);
}

/// The kinds of refusal, told apart by no more than the contract says.
#[actix_web::test]
async fn a_refusal_tells_expired_from_invalid_and_nothing_else() {
    let app = TestApp::start(Backend::Sqlite).await;
    let in_an_hour = |now: DateTime<Utc>| (now + Duration::hours(1)).timestamp();
    let expired = app.token("ann").with("iat", 0).with("exp", 1);
    tried(&app, expired.sign()).await.reports_an_expired_token();
    tried(&app, expired.signed_with(OLD).sign()).await.rejects_the_token();
    tried(&app, claiming(&app, "nbf", in_an_hour(app.now()).into())).await.rejects_the_token();
    tried(&app, claiming(&app, "iat", in_an_hour(app.now()).into())).await.rejects_the_token();
    tried(&app, claiming(&app, "sub", "two words".into())).await.rejects_the_token();
    tried(&app, app.token("ann").without("sub").sign()).await.rejects_the_token();
    app.anonymous().get("/api/tasks").await.requires_a_token();
}
