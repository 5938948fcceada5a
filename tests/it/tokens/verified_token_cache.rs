//! A token that was proven once is let in sooner the next time, and not a moment longer than it would have been.

use chrono::Duration;
use futures_util::future::join_all;

use crate::support::{ApiClient, Issuer, TestApp};

const TASKS: &str = "/api/tasks";

/// From its first request on: the workers share one authenticator.
async fn is_warm(client: &ApiClient) {
    client.get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_warm_token_ends_when_it_expires() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&issuer);
    is_warm(&ann).await;
    // fifteen minutes, and the leeway
    app.advance_clock(Duration::minutes(15) + Duration::seconds(10));
    ann.get(TASKS).await.is(200);
    app.advance_clock(Duration::seconds(5));
    ann.get(TASKS).await.reports_an_expired_token();
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_warm_token_is_none_before_its_time() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for claim in ["iat", "nbf"] {
        let token = issuer.token("ann", app.now()).with(claim, app.now().timestamp());
        let ann = app.bearer(token.sign());
        is_warm(&ann).await;
        app.advance_clock(Duration::minutes(-1));
        ann.get(TASKS).await.rejects_the_token();
        app.advance_clock(Duration::minutes(1));
        ann.get(TASKS).await.is(200);
    }
}

#[actix_web::test]
async fn a_refusal_is_not_remembered() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let soon = (app.now() + Duration::minutes(1)).timestamp();
    let ann = app.bearer(issuer.token("ann", app.now()).with("nbf", soon).sign());
    ann.get(TASKS).await.rejects_the_token();
    app.advance_clock(Duration::minutes(1));
    ann.get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_key_that_leaves_takes_its_warm_tokens_along() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&issuer);
    is_warm(&ann).await;
    let new = issuer.rotated();
    keys.publishes(&[&new]);
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    ann.get(TASKS).await.rejects_the_token();
    // it is as cold as any when its key returns
    keys.publishes(&[&new, &issuer]);
    app.advance_clock(Duration::seconds(30));
    ann.get(TASKS).await.is(200);
}

/// A token without kid is proven by the one key of its algorithm, and no longer when there are two.
#[actix_web::test]
async fn a_warm_token_without_kid_is_none_where_there_is_a_choice() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.bearer(issuer.token("ann", app.now()).without_header("kid").sign());
    is_warm(&ann).await;
    let new = keys.rotates(&issuer);
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    ann.get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn the_neighbours_of_a_warm_token_are_cold() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = issuer.token("ann", app.now());
    let good = token.sign();
    let ann = app.bearer(&good);
    is_warm(&ann).await;
    let mut neighbours: Vec<String> = (0..good.len())
        .step_by(5)
        .map(|at| {
            let mut letters = good.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(letters).unwrap()
        })
        .collect();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let other = token.clone().with("sub", "bob").message();
    neighbours.extend([format!("{other}.{signature}"), format!("{message}."), message.to_owned()]);
    neighbours.extend([format!("{good}="), format!("{good}A"), good[..good.len() - 1].to_owned()]);
    neighbours.push(token.with_header("typ", "JWT").message() + "." + signature);
    for neighbour in neighbours {
        let response = app.bearer(&neighbour).get(TASKS).await;
        assert_eq!(response.status, 401, "{neighbour}");
        ann.get(TASKS).await.is(200);
    }
}

/// What a request of each kind must be answered.
async fn judged(app: &TestApp, issuer: &Issuer, number: usize) {
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
async fn two_hundred_at_once_get_each_their_own_verdict() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for user in (0..7).map(|number| format!("user-{number}")) {
        app.bearer(issuer.token(&user, app.now()).sign()).creates_a_task(&user).await;
    }
    for _ in 0..2 {
        join_all((0..200).map(|number| judged(&app, &issuer, number))).await;
    }
}
