//! What the log says of a key set: what came and went, what can't be used and why, once each, and never a token.

use serde_json::{Value, json};
use taskbridge::clock::Clock;

use crate::support::{Issuer, KeyServer, Process, Program, Reply};

const TASKS: &str = "/api/tasks";

/// The service asks every second.
fn program(keys: &KeyServer) -> Program {
    Program::new().with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s").with("JWKS_MAX_AGE", "1s")
}

fn token(issuer: &Issuer) -> String {
    issuer.token("ann", Clock::system().now()).sign()
}

/// Until two more sets were asked for: what was published before them has been taken in by then.
async fn goes_round(keys: &KeyServer) {
    keys.wait_for_fetches(keys.fetches() + 2).await;
}

fn lines_with<'l>(log: &'l str, text: &str) -> Vec<&'l str> {
    log.lines().filter(|line| line.contains(text)).collect()
}

#[actix_web::test]
async fn a_rotation_is_told_by_what_came_and_went() {
    let keys = KeyServer::start().await;
    let [one, two, three] = ["one", "two", "three"].map(|kid| keys.issuer("EdDSA").with_kid(kid));
    keys.publishes(&[&one]);
    let process = program(&keys).serve().await;
    for (published, told) in [
        (vec![&one], "came `one`; went none"),
        (vec![&one, &two], "came `two`; went none"),
        (vec![&three], "came `three`; went `one`, `two`"),
        (vec![&three], "came `three`; went `one`, `two`"),
    ] {
        keys.publishes(&published);
        goes_round(&keys).await;
        let line = process.has_logged(told).await;
        assert!(line.contains(" INFO  the key set has changed: ") && line.ends_with(told), "{line}");
    }
    assert_eq!(lines_with(&process.log(), "the key set has changed").len(), 3, "{}", process.log());
}

/// Keys that can't be used, by their kid.
fn unusable(keys: &KeyServer) -> Vec<Value> {
    let spoilt = |kid: &str, algorithm, member: &str, value: Value| {
        let mut jwk = keys.issuer(algorithm).with_kid(kid).jwk();
        jwk[member] = value;
        jwk
    };
    vec![
        spoilt("for-encryption", "ES256", "use", json!("enc")),
        spoilt("private", "EdDSA", "d", json!("AQAB")),
        spoilt("off-its-curve", "ES384", "x", keys.issuer("ES384").jwk()["x"].clone()),
        spoilt("exponent-one", "RS256", "e", json!("AQ")),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "of-tomorrow", "pub": "AQAB"}),
        json!({"kty": "oct", "kid": "symmetric", "k": "AQAB"}),
        keys.issuer("EdDSA").with_kid("twice").jwk(),
        keys.issuer("EdDSA").with_kid("twice").jwk(),
    ]
}

#[actix_web::test]
async fn a_key_that_is_left_out_is_told_of_once() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let mut jwks = unusable(&keys);
    jwks.push(good.jwk());
    keys.publishes_keys(jwks.clone());
    let process = program(&keys).serve().await;
    goes_round(&keys).await;
    goes_round(&keys).await;
    let kids = ["for-encryption", "private", "off-its-curve", "exponent-one", "of-tomorrow", "symmetric", "twice"];
    for kid in kids {
        let lines = process.log();
        let lines = lines_with(&lines, &format!("`{kid}`"));
        assert!(lines.len() == 1 && lines[0].contains(" WARN "), "{kid}: {lines:?}");
    }
    jwks.push(json!({"kty": "AKP", "kid": "one-more"}));
    keys.publishes_keys(jwks);
    goes_round(&keys).await;
    assert_eq!(lines_with(&process.log(), "left out").len(), kids.len() + 1, "{}", process.log());
    process.bearer(token(&good)).get(TASKS).await.is(200);
}

/// What a key server says of itself is not to be believed, nor printed as it stands.
#[actix_web::test]
async fn no_set_can_write_lines_or_fill_the_log() {
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
    goes_round(&keys).await;
    let log = process.log();
    assert!(!lines_with(&log, "left out").is_empty() && !lines_with(&log, "changed").is_empty(), "{log}");
    for line in log.lines() {
        assert!(line.len() < 2_000, "{} bytes: {}", line.len(), &line[..300]);
        assert!(!line.starts_with("2026-11-21T00:00:00.000Z"), "{line}");
    }
    assert!(!log.contains(['\u{1b}', '\u{202e}']), "{log}");
}

#[actix_web::test]
async fn a_fetch_that_fails_is_told_of_with_its_cause() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let url = format!("{}?key=hunter2", keys.url());
    let program = program(&keys).with("JWKS_TIMEOUT", "1s").with("JWKS_URL", &url);
    let mut process = program.serve().await;
    process.bearer(token(&issuer)).get(TASKS).await.is(200);
    let failure = format!("the key set at {} can't be had: ", keys.url());
    for (reply, cause) in [
        (Reply::status(500), "500"),
        (Reply::redirect(302, "http://example.com/"), "redirects are not followed"),
        (Reply::body("<html>"), "JSON"),
        (Reply::body("{\"keys\":[]}"), "no usable key"),
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

/// Whoever watches over the service is told only that it is not ready; the log says why.
#[actix_web::test]
async fn what_the_service_is_not_ready_for_stands_in_the_log() {
    let keys = KeyServer::start().await;
    keys.answers(Reply::status(500));
    let mut process = program(&keys).serve().await;
    process.logs("can't be had: ").await;
    process.anonymous().get("/health/ready").await.is_problem(503, "unavailable");
    let line = process.logs("GET /health/ready").await;
    assert!(line.contains(" ERROR ") && line.contains("status=503"), "{line}");
    assert!(line.trim_end().ends_with("cause=\"The key set is away.\""), "{line}");
}

async fn is_away(process: &Process, token: String) {
    process.bearer(token).get(TASKS).await.reports_keys_unavailable();
}

/// Whatever is logged, no token and no part of one stands in it.
#[actix_web::test]
async fn no_token_stands_in_the_log() {
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
    process.has_logged("can't be had: ").await;
    is_away(&process, unknown.clone()).await;
    let log = process.log();
    assert!(lines_with(&log, "status").len() >= bad.len(), "{log}");
    for token in bad.iter().chain([&good, &unknown]) {
        for part in token.split('.').filter(|part| part.len() >= 20) {
            assert!(!log.contains(part), "{part} stands in the log: {log}");
        }
    }
}
