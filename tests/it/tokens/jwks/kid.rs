//! Key selection: by `kid`, which must be unique; without one, by the only key of the algorithm.

use serde_json::json;

use crate::support::{KeyServer, TestApp};

const TASKS: &str = "/api/tasks";

#[actix_web::test]
async fn keys_with_the_same_kid_are_ignored() {
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
async fn a_repeated_key_is_used() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    keys.publishes(&[&good, &good]);
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&good).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_token_without_kid_needs_a_unique_key() {
    let (keys, only) = KeyServer::with_issuer("EdDSA").await;
    let (one, two) = (keys.issuer("ES256"), keys.issuer("ES256"));
    keys.publishes(&[&only, &one, &two]);
    let app = TestApp::with_key_server(&keys).await;
    let without_kid = |issuer: &crate::support::Issuer| issuer.token("ann", app.now()).without_header("kid");
    app.bearer(without_kid(&only).sign()).get(TASKS).await.is(200);
    app.bearer(without_kid(&only).with_header("alg", "Ed25519").sign()).get(TASKS).await.is(200);
    for issuer in [&one, &two] {
        app.bearer(without_kid(issuer).sign()).get(TASKS).await.rejects_the_token();
        app.ann_of(issuer).get(TASKS).await.is(200);
    }
    app.bearer(without_kid(&keys.issuer("ES384")).sign()).get(TASKS).await.rejects_the_token();
    app.bearer(without_kid(&only).signed_by(&only.rotated())).get(TASKS).await.rejects_the_token();
    assert_eq!(keys.fetches(), 1);
}

/// Better Auth publishes keys without `kid` with `generateId: false`.
#[actix_web::test]
async fn a_key_may_have_no_kid() {
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
async fn kids_are_compared_byte_by_byte() {
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
async fn a_set_may_have_100_keys() {
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
