//! How a token finds its key: by the kid, which names one key; without one only where there is no choice.

use serde_json::json;

use crate::support::{KeyServer, TestApp};

const TASKS: &str = "/api/tasks";

#[actix_web::test]
async fn two_keys_of_one_kid_are_both_left_out() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let (one, two) = (keys.issuer("EdDSA").with_kid("twice"), keys.issuer("EdDSA").with_kid("twice"));
    let (curve, rsa) =
        (keys.issuer("ES256").with_kid("of-two-families"), keys.issuer("RS256").with_kid("of-two-families"));
    keys.publishes(&[&one, &curve, &good, &two, &rsa]);
    let app = TestApp::with_key_server(&keys).await;
    for ambiguous in [&one, &two, &curve, &rsa] {
        app.ann_of(ambiguous).get(TASKS).await.rejects_the_token();
    }
    app.ann_of(&good).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_key_that_stands_twice_is_one() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    keys.publishes(&[&good, &good]);
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&good).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn without_a_kid_there_must_be_one_key_of_the_algorithm() {
    let (keys, only) = KeyServer::with_issuer("EdDSA").await;
    let (one, two) = (keys.issuer("ES256"), keys.issuer("ES256"));
    keys.publishes(&[&only, &one, &two]);
    let app = TestApp::with_key_server(&keys).await;
    let nameless = |issuer: &crate::support::Issuer| issuer.token("ann", app.now()).without_header("kid");
    app.bearer(nameless(&only).sign()).get(TASKS).await.is(200);
    app.bearer(nameless(&only).with_header("alg", "Ed25519").sign()).get(TASKS).await.is(200);
    for issuer in [&one, &two] {
        app.bearer(nameless(issuer).sign()).get(TASKS).await.rejects_the_token();
        app.ann_of(issuer).get(TASKS).await.is(200);
    }
    app.bearer(nameless(&keys.issuer("ES384")).sign()).get(TASKS).await.rejects_the_token();
    app.bearer(nameless(&only).signed_by(&only.rotated())).get(TASKS).await.rejects_the_token();
    assert_eq!(keys.fetches(), 1);
}

/// Better Auth's keys have none under `generateId: false`.
#[actix_web::test]
async fn a_key_may_be_without_a_kid() {
    let keys = KeyServer::start().await;
    let issuer = keys.issuer("EdDSA");
    let mut jwk = issuer.jwk();
    jwk.as_object_mut().unwrap().remove("kid");
    keys.publishes_keys([jwk]);
    let app = TestApp::with_key_server(&keys).await;
    let token = issuer.token("ann", app.now());
    app.bearer(token.clone().without_header("kid").sign()).get(TASKS).await.is(200);
    app.bearer(token.sign()).get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn a_kid_is_compared_octet_by_octet() {
    let (_keys, good, app) = TestApp::with_issuer("EdDSA").await;
    let token = good.token("ann", app.now());
    let kid = good.kid();
    app.bearer(token.clone().with_header("kid", kid).sign()).get(TASKS).await.is(200);
    for other in [
        json!(kid.to_lowercase()),
        json!(format!(" {kid}")),
        json!(format!("{kid}\0")),
        json!(format!("{kid}\u{200b}")),
        json!(kid[..kid.len() - 1]),
        json!(""),
        json!(null),
        json!(7),
        json!(true),
        json!([kid]),
        json!({ "kid": kid }),
        json!("../../../../etc/passwd"),
        json!("' or 1=1 --"),
        json!("k".repeat(9_000)),
        json!("\r\nSet-Cookie: a=b"),
    ] {
        let response = app.bearer(token.clone().with_header("kid", other.clone()).sign()).get(TASKS).await;
        assert_eq!(response.status, 401, "{other}");
        response.rejects_the_token();
    }
}

#[actix_web::test]
async fn a_hundred_keys_are_a_set_and_one_more_are_none() {
    let keys = KeyServer::start().await;
    let issuers: Vec<_> = (0..101).map(|_| keys.issuer("EdDSA")).collect();
    let all: Vec<_> = issuers.iter().collect();
    keys.publishes(&all[..100]);
    let app = TestApp::with_key_server(&keys).await;
    for issuer in [&issuers[0], &issuers[99]] {
        app.ann_of(issuer).get(TASKS).await.is(200);
    }
    keys.publishes(&all);
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&issuers[0]).get(TASKS).await.reports_keys_unavailable();
}
