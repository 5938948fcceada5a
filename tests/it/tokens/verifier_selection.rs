//! Two doors, and each token has one: HS256 under the secret, or a key of the set, never the one in place of the other.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration};
use serde_json::{Value, json};

use crate::support::{ALGORITHMS, Issuer, KeyServer, Program, SECRET, TestApp, hostile};

const TASKS: &str = "/api/tasks";

/// Tokens that a Better Auth installation made; its secret and its public keys are with them.
const MINTED: &str = include_str!("../../fixtures/better-auth/longlived_and_negative_tokens.json");

fn minted() -> Value {
    serde_json::from_str(MINTED).unwrap()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap()
}

fn tokens<'v>(minted: &'v Value, kind: &str) -> Vec<(&'v str, &'v str)> {
    minted[kind].as_array().unwrap().iter().map(|one| (text(one, "why"), text(one, "token"))).collect()
}

/// A service that knows the installation's keys, an hour after its tokens were made.
async fn an_hour_later(more: &[(&str, &str)]) -> (KeyServer, TestApp) {
    let (keys, minted) = (KeyServer::start().await, minted());
    let sets = minted["valid"].as_object().unwrap().values().map(|one| &one["jwks"]["keys"]);
    keys.publishes_keys(sets.flat_map(|set| set.as_array().unwrap().clone()));
    let named = [("JWT_ISSUER", text(&minted, "issuer")), ("JWT_AUDIENCE", text(&minted, "audience"))];
    let app = TestApp::with_key_server_and(&keys, &[&named, more].concat()).await;
    let made = DateTime::from_timestamp(1_795_240_707, 0).unwrap();
    app.advance_clock(made + Duration::hours(1) - app.now());
    (keys, app)
}

/// The tokens of the set's door are judged alike whether there is a second one or not.
async fn judges_what_better_auth_made(app: &TestApp) {
    let minted = minted();
    let valid: Vec<_> =
        minted["valid"].as_object().unwrap().iter().map(|(name, one)| (name.as_str(), text(one, "token"))).collect();
    let (acceptable, invalid) = (tokens(&minted, "acceptable"), tokens(&minted, "invalid"));
    assert_eq!((valid.len(), acceptable.len(), invalid.len()), (5, 3, 15));
    for (name, token) in valid {
        let task = app.bearer(token).creates_a_task(name).await;
        assert_eq!(task["user_id"], minted["valid"][name]["payload"]["sub"]);
    }
    for (why, token) in acceptable {
        assert_eq!(app.bearer(token).get(TASKS).await.status, 200, "{why}");
    }
    for (why, token) in invalid {
        let response = app.bearer(token).get(TASKS).await;
        assert_eq!(response.status, 401, "{why}");
        if why.starts_with("expired") {
            response.reports_an_expired_token()
        } else {
            response.rejects_the_token()
        };
    }
}

#[actix_web::test]
async fn with_the_key_set_alone_better_auths_tokens_are_judged_rightly() {
    let (_keys, app) = an_hour_later(&[]).await;
    judges_what_better_auth_made(&app).await;
    for (name, token) in minted()["hs256"].as_object().unwrap() {
        let response = app.bearer(token.as_str().unwrap()).get(TASKS).await;
        assert_eq!(response.status, 401, "{name}");
        response.rejects_the_token();
    }
}

#[actix_web::test]
async fn with_both_doors_better_auths_tokens_are_judged_rightly() {
    let minted = minted();
    let (_keys, app) = an_hour_later(&[("BETTER_AUTH_SECRET", text(&minted, "secret"))]).await;
    judges_what_better_auth_made(&app).await;
    let hs256 = |name: &str| app.bearer(text(&minted["hs256"], name));
    for name in ["valid_10y", "valid_24h_expires"] {
        hs256(name).get(TASKS).await.is(200);
    }
    hs256("expired").get(TASKS).await.reports_an_expired_token();
    for name in ["wrong_secret", "no_exp", "hs512_same_secret"] {
        hs256(name).get(TASKS).await.rejects_the_token();
    }
}

/// An HMAC of whatever the header says.
fn hmac_signed(message: &str, algorithm: hmac::Algorithm, key: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(algorithm, key), message.as_bytes());
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

/// All that a public key may be written as.
fn spellings(issuer: &Issuer, set: &Value) -> Vec<Vec<u8>> {
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
async fn a_public_key_is_no_secret() {
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
                    for key in spellings(issuer, &set) {
                        app.bearer(hmac_signed(&message, algorithm, &key)).get(TASKS).await.rejects_the_token();
                    }
                }
            }
            app.ann_of(issuer).get(TASKS).await.is(200);
        }
    }
}

/// An `oct` key in a set is no secret either, and a shared secret is none that a set may know.
#[actix_web::test]
async fn a_symmetric_key_in_a_set_opens_no_door() {
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

#[actix_web::test]
async fn with_both_doors_each_token_has_its_own() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &[("BETTER_AUTH_SECRET", SECRET)]).await;
    let task = app.ann().creates_a_task("Buy milk").await;
    app.ann_of(&issuer).sees(&task).await;
    for ann in [app.ann(), app.ann_of(&issuer)] {
        assert_eq!(ann.get("/api/auth/me").await.is(200).json()["email"], "ann@example.com");
    }
    // a kid that the set has does not lead an HS256 token to it, nor the secret an EdDSA one out of it
    let token = issuer.token("ann", app.now());
    let under_the_secret = |message: &str| hmac_signed(message, hmac::HMAC_SHA256, SECRET.as_bytes());
    app.bearer(under_the_secret(&token.message())).get(TASKS).await.rejects_the_token();
    let renamed = token.clone().with_header("alg", "HS256").without("iss").without("aud");
    app.bearer(under_the_secret(&renamed.message())).sees(&task).await;
    app.bearer(renamed.sign()).get(TASKS).await.rejects_the_token();
    // each has its own rules: only the set's tokens must say whose they are, and for whom
    app.bearer(token.without("iss").without("aud").sign()).get(TASKS).await.rejects_the_token();

    keys.stops_listening().await;
    app.advance_clock(Duration::hours(25));
    app.ann().sees(&task).await;
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
}

#[actix_web::test]
async fn with_the_key_set_alone_no_secret_opens_or_is_made() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    app.ann().get(TASKS).await.rejects_the_token();
    for secret in ["", "better-auth-secret-12345678901234567890", &keys.url()] {
        app.bearer(app.token("ann").signed_with(secret).sign()).get(TASKS).await.rejects_the_token();
    }
    app.ann_of(&issuer).get(TASKS).await.is(200);

    let program = Program::new().with("JWKS_URL", &keys.url());
    let process = program.serve().await;
    process.user("ann").get(TASKS).await.rejects_the_token();
    assert!(!program.folder().join("taskbridge.secret").exists());
    let said = program.run(&["mint-token", "--sub", "ann"]).await;
    assert!(said.code != Some(0) && said.out.is_empty(), "{said:?}");
}

/// The corpus that is made with a secret, before a service that knows none.
#[actix_web::test]
async fn nothing_hostile_is_let_in_by_the_key_set() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let (hostile, welcome) =
        (hostile::corpus(SECRET, app.now().timestamp()), hostile::accepted(SECRET, app.now().timestamp()));
    let credentials = hostile
        .into_iter()
        .filter(|one| one.authorization.len() == 1)
        .map(|mut one| (one.name, one.authorization.remove(0)));
    for (name, credential) in credentials.chain(welcome) {
        let Ok(credential) = reqwest::header::HeaderValue::from_bytes(&credential) else { continue };
        let request = app.anonymous().request(reqwest::Method::GET, TASKS).header("Authorization", credential);
        let response = crate::support::ApiResponse::to(request).await;
        assert!([400, 401, 431].contains(&response.status.as_u16()), "{name}: {}", response.status);
    }
    app.ann_of(&issuer).get(TASKS).await.is(200);
}
