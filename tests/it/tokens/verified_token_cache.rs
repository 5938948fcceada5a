//! The cache of verified tokens never accepts a token longer than the verification would.

use chrono::Duration;
use futures_util::future::join_all;

use crate::support::{ApiClient, Issuer, TestApp};

const TASKS: &str = "/api/tasks";

/// The first request fills the cache, which the workers share.
async fn is_cached(client: &ApiClient) {
    client.get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_cached_token_expires() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&issuer);
    is_cached(&ann).await;
    // 15 minutes and the leeway
    app.advance_clock(Duration::minutes(15) + Duration::seconds(10));
    ann.get(TASKS).await.is(200);
    app.advance_clock(Duration::seconds(5));
    ann.get(TASKS).await.reports_an_expired_token();
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_cached_token_respects_iat_and_nbf() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for claim in ["iat", "nbf"] {
        let token = issuer.token("ann", app.now()).with(claim, app.now().timestamp());
        let ann = app.bearer(token.sign());
        is_cached(&ann).await;
        app.advance_clock(Duration::minutes(-1));
        ann.get(TASKS).await.rejects_the_token();
        app.advance_clock(Duration::minutes(1));
        ann.get(TASKS).await.is(200);
    }
}

#[actix_web::test]
async fn rejections_are_not_cached() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let in_a_minute = (app.now() + Duration::minutes(1)).timestamp();
    let ann = app.bearer(issuer.token("ann", app.now()).with("nbf", in_a_minute).sign());
    ann.get(TASKS).await.rejects_the_token();
    app.advance_clock(Duration::minutes(1));
    ann.get(TASKS).await.is(200);
}

#[actix_web::test]
async fn removing_a_key_invalidates_cached_tokens() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&issuer);
    is_cached(&ann).await;
    let new = issuer.rotated();
    keys.publishes(&[&new]);
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    ann.get(TASKS).await.rejects_the_token();
    // it is verified anew when its key returns
    keys.publishes(&[&new, &issuer]);
    app.advance_clock(Duration::seconds(30));
    ann.get(TASKS).await.is(200);
}

/// A token without `kid` needs the only key of its algorithm.
#[actix_web::test]
async fn a_cached_token_without_kid_needs_a_unique_key() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.bearer(issuer.token("ann", app.now()).without_header("kid").sign());
    is_cached(&ann).await;
    let new = keys.rotates(&issuer);
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    ann.get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn variants_of_a_cached_token_are_rejected() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = issuer.token("ann", app.now());
    let good = token.sign();
    let ann = app.bearer(&good);
    is_cached(&ann).await;
    let mut variants: Vec<String> = (0..good.len())
        .step_by(5)
        .map(|at| {
            let mut letters = good.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(letters).unwrap()
        })
        .collect();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let other = token.clone().with("sub", "bob").message();
    variants.extend([format!("{other}.{signature}"), format!("{message}."), message.to_owned()]);
    variants.extend([format!("{good}="), format!("{good}A"), good[..good.len() - 1].to_owned()]);
    variants.push(token.with_header("typ", "JWT").message() + "." + signature);
    for variant in variants {
        let response = app.bearer(&variant).get(TASKS).await;
        assert_eq!(response.status, 401, "{variant}");
        ann.get(TASKS).await.is(200);
    }
}

/// Sends a request of one of five kinds and asserts the response.
async fn request_and_check(app: &TestApp, issuer: &Issuer, number: usize) {
    let user = format!("user-{}", number % 7);
    let token = issuer.token(&user, app.now());
    let get = async |token: String| app.bearer(token).get("/api/tasks").await;
    match number % 5 {
        0 => drop(get(token.signed_by(&issuer.rotated())).await.rejects_the_token()),
        1 => drop(get(token.without("iat").with("exp", 1).sign()).await.reports_an_expired_token()),
        2 => drop(app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token()),
        _ => {
            let page = get(token.sign()).await.is(200).json();
            let titles: Vec<_> = page["items"].as_array().unwrap().iter().map(|task| &task["title"]).collect();
            assert_eq!(titles, [&user]);
        }
    }
}

#[actix_web::test]
async fn concurrent_requests_are_verified_independently() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for user in (0..7).map(|number| format!("user-{number}")) {
        app.bearer(issuer.token(&user, app.now()).sign()).creates_a_task(&user).await;
    }
    for _ in 0..2 {
        join_all((0..200).map(|number| request_and_check(&app, &issuer, number))).await;
    }
}
