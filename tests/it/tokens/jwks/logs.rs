//! Logs about the key set: added, removed and unusable keys, and failures, once each and without tokens.

use serde_json::{Value, json};
use taskbridge::clock::Clock;

use crate::support::{Issuer, KeyServer, Process, Program, Reply};

const TASKS: &str = "/api/tasks";

/// A service that fetches the set every second.
fn program(keys: &KeyServer) -> Program {
    Program::new().with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s").with("JWKS_MAX_AGE", "1s")
}

fn token(issuer: &Issuer) -> String {
    issuer.token("ann", Clock::system().now()).sign()
}

/// Waits for two fetches, after which the set published before is in use.
async fn wait_for_two_fetches(keys: &KeyServer) {
    keys.wait_for_fetches(keys.fetches() + 2).await;
}

fn lines_with<'l>(log: &'l str, text: &str) -> Vec<&'l str> {
    log.lines().filter(|line| line.contains(text)).collect()
}

#[actix_web::test]
async fn a_rotation_is_logged_with_its_kids() {
    let keys = KeyServer::start().await;
    let [one, two, three] = ["one", "two", "three"].map(|kid| keys.issuer("EdDSA").with_kid(kid));
    keys.publishes(&[&one]);
    let process = program(&keys).serve().await;
    for (published, expected) in [
        (vec![&one], "kids_added=[`one`] kids_removed=[]"),
        (vec![&one, &two], "kids_added=[`two`] kids_removed=[]"),
        (vec![&three], "kids_added=[`three`] kids_removed=\"[`one`, `two`]\""),
        (vec![&three], "kids_added=[`three`] kids_removed=\"[`one`, `two`]\""),
    ] {
        keys.publishes(&published);
        wait_for_two_fetches(&keys).await;
        let line = process.has_logged(expected).await;
        assert!(line.contains(" INFO  key set refreshed ") && line.ends_with(expected), "{line}");
    }
    assert_eq!(lines_with(&process.log(), "key set refreshed").len(), 3, "{}", process.log());
}

/// Unusable keys.
fn unusable(keys: &KeyServer) -> Vec<Value> {
    let unusable_key = |kid: &str, algorithm, member: &str, value: Value| {
        let mut jwk = keys.issuer(algorithm).with_kid(kid).jwk();
        jwk[member] = value;
        jwk
    };
    vec![
        unusable_key("for-encryption", "ES256", "use", json!("enc")),
        unusable_key("private", "EdDSA", "d", json!("AQAB")),
        unusable_key("off-its-curve", "ES384", "x", keys.issuer("ES384").jwk()["x"].clone()),
        unusable_key("exponent-one", "RS256", "e", json!("AQ")),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "of-tomorrow", "pub": "AQAB"}),
        json!({"kty": "oct", "kid": "symmetric", "k": "AQAB"}),
        keys.issuer("EdDSA").with_kid("twice").jwk(),
        keys.issuer("EdDSA").with_kid("twice").jwk(),
    ]
}

#[actix_web::test]
async fn an_unusable_key_is_logged_once() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let mut jwks = unusable(&keys);
    jwks.push(good.jwk());
    keys.publishes_keys(jwks.clone());
    let process = program(&keys).serve().await;
    wait_for_two_fetches(&keys).await;
    wait_for_two_fetches(&keys).await;
    let kids = ["for-encryption", "private", "off-its-curve", "exponent-one", "of-tomorrow", "symmetric", "twice"];
    for kid in kids {
        let lines = process.log();
        let lines = lines_with(&lines, &format!("`{kid}`"));
        assert!(lines.len() == 1 && lines[0].contains(" WARN "), "{kid}: {lines:?}");
    }
    jwks.push(json!({"kty": "AKP", "kid": "one-more"}));
    keys.publishes_keys(jwks);
    wait_for_two_fetches(&keys).await;
    assert_eq!(lines_with(&process.log(), "key rejected").len(), kids.len() + 1, "{}", process.log());
    process.bearer(token(&good)).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_key_set_cannot_inject_or_flood_the_log() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let forged = format!("a\n2026-11-21T00:00:00.000Z INFO  forged\u{1b}[2J\u{202e}{}", "x".repeat(20_000));
    let mut jwks: Vec<_> = ["kid", "kty", "crv", "alg", "use", "x", "key_ops"]
        .into_iter()
        .map(|member| {
            let mut jwk = keys.issuer("ES256").jwk();
            jwk[member] = forged.as_str().into();
            jwk
        })
        .collect();
    jwks.push(forged.clone().into());
    keys.publishes_keys(jwks.into_iter().chain([good.with_kid(&forged).jwk(), good.jwk()]));
    let process = program(&keys).serve().await;
    wait_for_two_fetches(&keys).await;
    let log = process.log();
    assert!(!lines_with(&log, "key rejected").is_empty() && !lines_with(&log, "key set refreshed").is_empty(), "{log}");
    for line in log.lines() {
        assert!(line.len() < 2_000, "{} bytes: {}", line.len(), &line[..300]);
        assert!(!line.starts_with("2026-11-21T00:00:00.000Z"), "{line}");
    }
    assert!(!log.contains(['\u{1b}', '\u{202e}']), "{log}");
}

#[actix_web::test]
async fn a_failed_fetch_is_logged_with_its_cause() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let url = format!("{}?key=hunter2", keys.url());
    let program = program(&keys).with("JWKS_TIMEOUT", "1s").with("JWKS_URL", &url);
    let mut process = program.serve().await;
    process.bearer(token(&issuer)).get(TASKS).await.is(200);
    let failure = format!("key set refresh failed; check JWKS_URL url={} cause=", keys.url());
    for (reply, cause) in [
        (Reply::status(500), "status 500"),
        (Reply::redirect(302, "http://example.com/"), "redirects are not followed"),
        (Reply::body("<html>"), "JSON"),
        (Reply::body("{\"keys\":[]}"), "it has no keys"),
        (Reply::padded_to(300 * 1024), "256 KiB"),
        (Reply::silence(), "JWKS_TIMEOUT"),
    ] {
        keys.answers(reply);
        let line = process.logs(cause).await;
        assert!(line.contains(" WARN ") && line.contains(&failure), "{line}");
    }
    keys.stops_listening().await;
    let line = process.logs("refused").await;
    assert!(line.contains(&failure), "{line}");
    assert!(!process.log().contains("hunter2"), "{}", process.log());
}

/// The readiness check is brief; the log has the cause.
#[actix_web::test]
async fn the_reason_of_unreadiness_is_logged() {
    let keys = KeyServer::start().await;
    keys.answers(Reply::status(500));
    let mut process = program(&keys).serve().await;
    process.logs("key set refresh failed").await;
    process.anonymous().get("/health/ready").await.is_problem(503, "unavailable");
    let line = process.logs("GET /health/ready").await;
    assert!(line.contains(" ERROR ") && line.contains("status=503"), "{line}");
    assert!(line.trim_end().ends_with("cause=\"The key set is unavailable.\""), "{line}");
}

async fn is_unavailable(process: &Process, token: String) {
    process.bearer(token).get(TASKS).await.reports_keys_unavailable();
}

#[actix_web::test]
async fn no_token_is_logged() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let process = program(&keys).with("RUST_LOG", "debug").serve().await;
    let now = Clock::system().now();
    let good = token(&issuer);
    let bad = [
        token(&issuer.rotated()),
        issuer.token("ann", now).signed_by(&issuer.rotated()),
        issuer.token("ann", now).with("iss", "https://elsewhere.example.com").sign(),
        issuer.token("ann", now).with("exp", 1).without("iat").sign(),
        issuer.token("ann", now).without_header("kid").with_header("alg", "ES256").sign(),
        issuer.token("ann", now).with_header("typ", "at+jwt").sign(),
        issuer.token("ann", now).with_header("alg", "none").sign(),
    ];
    process.bearer(&good).get(TASKS).await.is(200);
    for token in &bad {
        process.bearer(token).get(TASKS).await.is(401);
    }
    keys.stops_listening().await;
    let unknown = token(&issuer.rotated());
    process.has_logged("key set refresh failed").await;
    is_unavailable(&process, unknown.clone()).await;
    let log = process.log();
    assert!(lines_with(&log, "status").len() >= bad.len(), "{log}");
    for token in bad.iter().chain([&good, &unknown]) {
        for part in token.split('.').filter(|part| part.len() >= 20) {
            assert!(!log.contains(part), "{part} is in the log: {log}");
        }
    }
}
