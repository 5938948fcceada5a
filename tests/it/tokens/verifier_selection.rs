//! Both verifiers configured: HS256 tokens are verified with the secret, others with the key set, never vice versa.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration};
use serde_json::{Value, json};

use crate::support::{ALGORITHMS, Issuer, KeyServer, Program, SECRET, TestApp, hostile};

const TASKS: &str = "/api/tasks";

/// Tokens of a Better Auth installation, with its secret and its public keys.
const FIXTURES: &str = include_str!("../../fixtures/better-auth/longlived_and_negative_tokens.json");

fn fixtures() -> Value {
    serde_json::from_str(FIXTURES).unwrap()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap()
}

fn tokens<'v>(fixtures: &'v Value, kind: &str) -> Vec<(&'v str, &'v str)> {
    fixtures[kind].as_array().unwrap().iter().map(|one| (text(one, "why"), text(one, "token"))).collect()
}

/// A service with the keys of the installation, an hour after its tokens were issued.
async fn app_an_hour_later(additional: &[(&str, &str)]) -> (KeyServer, TestApp) {
    let (keys, fixtures) = (KeyServer::start().await, fixtures());
    let sets = fixtures["valid"].as_object().unwrap().values().map(|one| &one["jwks"]["keys"]);
    keys.publishes_keys(sets.flat_map(|set| set.as_array().unwrap().clone()));
    let settings = [("JWT_ISSUER", text(&fixtures, "issuer")), ("JWT_AUDIENCE", text(&fixtures, "audience"))];
    let app = TestApp::with_key_server_and(&keys, &[&settings, additional].concat()).await;
    let issued = DateTime::from_timestamp(1_795_240_707, 0).unwrap();
    app.advance_clock(issued + Duration::hours(1) - app.now());
    (keys, app)
}

/// Asserts the expected result for every fixture of the key set.
async fn verifies_jwks_fixtures(app: &TestApp) {
    let fixtures = fixtures();
    let valid: Vec<_> =
        fixtures["valid"].as_object().unwrap().iter().map(|(name, one)| (name.as_str(), text(one, "token"))).collect();
    let (acceptable, invalid) = (tokens(&fixtures, "acceptable"), tokens(&fixtures, "invalid"));
    assert_eq!((valid.len(), acceptable.len(), invalid.len()), (5, 3, 15));
    for (name, token) in valid {
        let task = app.bearer(token).creates_a_task(name).await;
        assert_eq!(task["user_id"], fixtures["valid"][name]["payload"]["sub"]);
    }
    for (reason, token) in acceptable {
        assert_eq!(app.bearer(token).get(TASKS).await.status, 200, "{reason}");
    }
    for (reason, token) in invalid {
        let response = app.bearer(token).get(TASKS).await;
        assert_eq!(response.status, 401, "{reason}");
        if reason.starts_with("expired") {
            response.reports_an_expired_token()
        } else {
            response.rejects_the_token()
        };
    }
}

#[actix_web::test]
async fn better_auth_tokens_with_the_key_set_only() {
    let (_keys, app) = app_an_hour_later(&[]).await;
    verifies_jwks_fixtures(&app).await;
    for (name, token) in fixtures()["hs256"].as_object().unwrap() {
        let response = app.bearer(token.as_str().unwrap()).get(TASKS).await;
        assert_eq!(response.status, 401, "{name}");
        response.rejects_the_token();
    }
}

#[actix_web::test]
async fn better_auth_tokens_with_both_verifiers() {
    let fixtures = fixtures();
    let (_keys, app) = app_an_hour_later(&[("BETTER_AUTH_SECRET", text(&fixtures, "secret"))]).await;
    verifies_jwks_fixtures(&app).await;
    let hs256 = |name: &str| app.bearer(text(&fixtures["hs256"], name));
    for name in ["valid_10y", "valid_24h_expires"] {
        hs256(name).get(TASKS).await.is(200);
    }
    hs256("expired").get(TASKS).await.reports_an_expired_token();
    for name in ["wrong_secret", "no_exp", "hs512_same_secret"] {
        hs256(name).get(TASKS).await.rejects_the_token();
    }
}

/// Signs a message with an HMAC, whatever its header says.
fn hmac_signed(message: &str, algorithm: hmac::Algorithm, key: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(algorithm, key), message.as_bytes());
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

/// The encodings of a public key.
fn encodings(issuer: &Issuer, set: &Value) -> Vec<Vec<u8>> {
    let jwk = issuer.jwk();
    let mut bare = jwk.clone();
    for member in ["alg", "kid"] {
        bare.as_object_mut().unwrap().remove(member);
    }
    let mut all = [&jwk, &bare, set].map(|value| value.to_string().into_bytes()).to_vec();
    all.push(serde_json::to_vec_pretty(&jwk).unwrap());
    for member in ["x", "y", "n", "kid"] {
        let Some(text) = jwk[member].as_str() else { continue };
        all.push(text.into());
        all.extend(BASE64_URL_SAFE_NO_PAD.decode(text));
    }
    if jwk["kty"] == "OKP" {
        // SubjectPublicKeyInfo (RFC 8410 §4)
        let mut der = vec![0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
        der.extend(BASE64_URL_SAFE_NO_PAD.decode(text(&jwk, "x")).unwrap());
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
            base64::prelude::BASE64_STANDARD.encode(&der)
        );
        all.extend([
            der,
            pem.clone().into(),
            format!("{pem}\n").into(),
            format!("\n{pem}").into(),
            pem.replace('\n', "\r\n").into(),
        ]);
    }
    all
}

#[actix_web::test]
async fn a_public_key_is_not_a_secret() {
    for secret in ["", SECRET] {
        let keys = KeyServer::start().await;
        let issuers = ALGORITHMS.map(|algorithm| keys.issuer(algorithm));
        keys.publishes(&issuers.each_ref());
        let set = json!({ "keys": issuers.iter().map(Issuer::jwk).collect::<Vec<_>>() });
        let app = TestApp::with_key_server_and(&keys, &[("BETTER_AUTH_SECRET", secret)]).await;
        for issuer in &issuers {
            for (name, algorithm) in [("HS256", hmac::HMAC_SHA256), ("HS512", hmac::HMAC_SHA512)] {
                let confused = issuer.token("ann", app.now()).with_header("alg", name);
                for message in [confused.message(), confused.clone().without_header("kid").message()] {
                    for key in encodings(issuer, &set) {
                        app.bearer(hmac_signed(&message, algorithm, &key)).get(TASKS).await.rejects_the_token();
                    }
                }
            }
            app.ann_of(issuer).get(TASKS).await.is(200);
        }
    }
}

/// An `oct` key in a set verifies nothing.
#[actix_web::test]
async fn a_symmetric_key_in_a_set_is_ignored() {
    for secret in ["", SECRET] {
        let (keys, good) = KeyServer::with_issuer("ES256").await;
        let bytes = b"a-symmetric-key-in-a-public-set-of-more-than-32-bytes";
        let oct = |alg: &str| json!({"kty": "oct", "alg": alg, "kid": alg, "use": "sig", "k": BASE64_URL_SAFE_NO_PAD.encode(bytes)});
        keys.publishes_keys([oct("HS256"), oct("EdDSA"), good.jwk()]);
        let app = TestApp::with_key_server_and(&keys, &[("BETTER_AUTH_SECRET", secret)]).await;
        for (kid, alg) in [("HS256", "HS256"), ("EdDSA", "EdDSA"), ("EdDSA", "HS256"), ("HS256", "EdDSA")] {
            let token = good.token("ann", app.now()).with_header("alg", alg).with_header("kid", kid);
            app.bearer(hmac_signed(&token.message(), hmac::HMAC_SHA256, bytes)).get(TASKS).await.rejects_the_token();
        }
        app.ann_of(&good).get(TASKS).await.is(200);
    }
}

async fn app_with_both_verifiers() -> (KeyServer, Issuer, TestApp) {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &[("BETTER_AUTH_SECRET", SECRET)]).await;
    (keys, issuer, app)
}

fn signed_with_secret(message: &str) -> String {
    hmac_signed(message, hmac::HMAC_SHA256, SECRET.as_bytes())
}

#[actix_web::test]
async fn both_verifiers_lead_to_the_same_user() {
    let (_keys, issuer, app) = app_with_both_verifiers().await;
    let task = app.ann().creates_a_task("Buy milk").await;
    app.ann_of(&issuer).sees(&task).await;
    for ann in [app.ann(), app.ann_of(&issuer)] {
        assert_eq!(ann.get("/api/auth/me").await.is(200).json()["email"], "ann@example.com");
    }
}

#[actix_web::test]
async fn alg_selects_the_verifier_and_kid_does_not() {
    let (_keys, issuer, app) = app_with_both_verifiers().await;
    let token = issuer.token("ann", app.now());
    app.bearer(signed_with_secret(&token.message())).get(TASKS).await.rejects_the_token();
    let hs256 = token.with_header("alg", "HS256").without("iss").without("aud");
    app.bearer(signed_with_secret(&hs256.message())).get(TASKS).await.is(200);
    app.bearer(hs256.sign()).get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn only_jwks_tokens_need_iss_and_aud() {
    let (_keys, issuer, app) = app_with_both_verifiers().await;
    app.ann().get(TASKS).await.is(200);
    let token = issuer.token("ann", app.now()).without("iss").without("aud");
    app.bearer(token.sign()).get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn an_outage_of_the_key_server_does_not_affect_the_secret() {
    let (keys, issuer, app) = app_with_both_verifiers().await;
    let task = app.ann().creates_a_task("Buy milk").await;
    app.ann_of(&issuer).sees(&task).await;
    keys.stops_listening().await;
    app.advance_clock(Duration::hours(25));
    app.ann().sees(&task).await;
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
}

#[actix_web::test]
async fn without_a_secret_hs256_is_rejected() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    app.ann().get(TASKS).await.rejects_the_token();
    for secret in ["", "better-auth-secret-12345678901234567890", &keys.url()] {
        app.bearer(app.token("ann").signed_with(secret).sign()).get(TASKS).await.rejects_the_token();
    }
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn with_a_key_set_no_secret_is_generated() {
    let (keys, _issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    let process = program.serve().await;
    process.user("ann").get(TASKS).await.rejects_the_token();
    assert!(!program.folder().join("taskbridge.secret").exists());
    let output = program.run(&["mint-token", "--sub", "ann"]).await;
    assert!(output.code != Some(0) && output.stdout.is_empty(), "{output:?}");
}

/// The hostile requests, which are signed with a secret, at a service without one.
#[actix_web::test]
async fn hostile_tokens_are_rejected_without_a_secret() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let (hostile, unusual) =
        (hostile::corpus(SECRET, app.now().timestamp()), hostile::accepted(SECRET, app.now().timestamp()));
    let credentials = hostile
        .into_iter()
        .filter(|one| one.authorization.len() == 1)
        .map(|mut one| (one.name, one.authorization.remove(0)));
    for (name, credential) in credentials.chain(unusual) {
        let Ok(credential) = reqwest::header::HeaderValue::from_bytes(&credential) else { continue };
        let request = app.anonymous().request(reqwest::Method::GET, TASKS).header("Authorization", credential);
        let response = crate::support::ApiResponse::to(request).await;
        assert!([400, 401, 431].contains(&response.status.as_u16()), "{name}: {}", response.status);
    }
    app.ann_of(&issuer).get(TASKS).await.is(200);
}
