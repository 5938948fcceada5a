//! Access tokens under a key pair: claims, and rejected variants.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::signing_keys::ORIGIN;
use crate::support::{KeyPairRow, SECRET, SignedInUser, TestApp, better_auth::jwt_part, on_both};

/// A user whose token is signed with a key that the test knows.
async fn with_a_known_key(app: &mut TestApp) -> (SignedInUser, KeyPairRow) {
    let pair = KeyPairRow::new("known");
    pair.is_stored(&app.database(), &pair.public_jwk()).await;
    app.restart().await;
    (app.anonymous().signs_up("ann").await, pair)
}

fn with(object: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut object = object.clone();
    object[member] = value.into();
    object
}

fn without(object: &Value, member: &str) -> Value {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove(member);
    object
}

fn hs256(header: &Value, claims: &Value, key: &[u8]) -> String {
    use aws_lc_rs::hmac;
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as base64url};
    let message = format!("{}.{}", base64url.encode(header.to_string()), base64url.encode(claims.to_string()));
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
    format!("{message}.{}", base64url.encode(mac))
}

on_both! {
    with crate::tokens::signing_keys::SIGNED:

    a_token_names_its_issuer_and_key(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let header = jwt_part(ann.access_token(), 0);
        assert_eq!(header, json!({"typ": "at+jwt", "alg": "EdDSA", "kid": header["kid"]}));
        let claims = ann.claims();
        let members: Vec<_> = claims.as_object().unwrap().keys().collect();
        assert_eq!(members, ["aud", "email", "exp", "iat", "iss", "jti", "name", "sid", "sub"]);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ORIGIN), &json!(ORIGIN)));
        ann.is_accepted().await;
        let task = ann.creates_a_task("Buy milk").await;
        ann.refreshes().await.sees(&task).await;
        assert_eq!(ann.get("/api/auth/me").await.is(200).json(), ann.token_response()["user"]);
    }

    a_token_expires_and_is_revoked(app) {
        let ann = app.anonymous().signs_up("ann").await;
        ann.is_accepted().await;
        app.anonymous().logs_in("ann").await.delete("/api/auth/sessions").await.is(204);
        ann.is_rejected().await;
        let ann = app.anonymous().logs_in("ann").await;
        ann.is_accepted().await;
        app.advance_clock(chrono::Duration::hours(25));
        ann.get("/api/tasks").await.reports_an_expired_token();
    }

    other_claims_are_rejected(app) {
        let mut app = app;
        let (ann, pair) = with_a_known_key(&mut app).await;
        let (header, claims) = (jwt_part(ann.access_token(), 0), ann.claims());
        assert_eq!(header["kid"], "known");
        // the control
        app.bearer(pair.signs(&header, &claims)).is_accepted().await;
        for missing in ["iss", "aud", "sub", "sid", "exp"] {
            app.bearer(pair.signs(&header, &without(&claims, missing))).get("/api/tasks").await.rejects_the_token();
        }
        for (claim, value) in [
            ("iss", json!("https://app.example.com")), ("iss", json!(format!("{ORIGIN}/"))), ("aud", json!("https://app.example.com")), ("sid", json!(1)),
            // access tokens that a Better Auth issues to OAuth clients, even at the same origin
            ("client_id", json!("evil")), ("azp", json!("evil")), ("scope", json!("openid")),
        ] {
            let token = pair.signs(&header, &with(&claims, claim, value));
            app.bearer(token).get("/api/tasks").await.rejects_the_token();
        }
    }

    other_types_and_algorithms_are_rejected(app) {
        let mut app = app;
        let (ann, pair) = with_a_known_key(&mut app).await;
        let (header, claims) = (jwt_part(ann.access_token(), 0), ann.claims());
        for typ in ["JWT", "at", "application/at+jwt", ""] {
            app.bearer(pair.signs(&with(&header, "typ", typ), &claims)).get("/api/tasks").await.rejects_the_token();
        }
        // front-end tokens of a Better Auth with the same keys need JWKS_URL
        app.bearer(pair.signs(&without(&header, "typ"), &claims)).get("/api/tasks").await.rejects_the_token();
        for alg in ["none", "None", "EDDSA", "Ed25519", "ES256", "HS512"] {
            app.bearer(pair.signs(&with(&header, "alg", alg), &claims)).get("/api/tasks").await.rejects_the_token();
        }
        ann.is_accepted().await;
    }

    the_public_key_is_no_hmac_key(app) {
        let mut app = app;
        let (ann, pair) = with_a_known_key(&mut app).await;
        let (header, claims) = (jwt_part(ann.access_token(), 0), ann.claims());
        let jwk = pair.public_jwk();
        let der = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], pair.public()].concat();
        let x = jwk["x"].as_str().unwrap().to_owned();
        for key in [pair.public().to_vec(), der, x.into_bytes(), jwk.to_string().into_bytes(), SECRET.into(), Vec::new()] {
            for header in [with(&header, "alg", "HS256"), without(&with(&header, "alg", "HS256"), "kid"), header.clone()] {
                app.bearer(hs256(&header, &claims, &key)).get("/api/tasks").await.rejects_the_token();
            }
        }
        ann.is_accepted().await;
    }

    keys_outside_the_table_are_rejected(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (header, claims, foreign) = (jwt_part(ann.access_token(), 0), ann.claims(), KeyPairRow::new("foreign"));
        let long = "k".repeat(300);
        for kid in [header["kid"].clone(), json!("foreign"), json!(""), json!(long), json!("' or 1=1 --"), json!("\u{0}")] {
            app.bearer(foreign.signs(&with(&header, "kid", kid), &claims)).get("/api/tasks").await.rejects_the_token();
        }
        let embedded = with(&with(&header, "kid", "foreign"), "jwk", foreign.public_jwk());
        app.bearer(foreign.signs(&embedded, &claims)).get("/api/tasks").await.rejects_the_token();
        app.bearer(foreign.signs(&without(&header, "kid"), &claims)).get("/api/tasks").await.rejects_the_token();
        for broken in [
            ann.access_token()[..ann.access_token().len() - 2].to_owned(), format!("{}AA", ann.access_token()),
            format!("{}.", ann.access_token().rsplit_once('.').unwrap().0), format!("{}.{}", ann.access_token().rsplit_once('.').unwrap().0, "A".repeat(86)),
        ] {
            app.bearer(broken).get("/api/tasks").await.rejects_the_token();
        }
        ann.is_accepted().await;
    }

    lookups_of_unknown_keys_are_shared_and_remembered(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (header, claims, foreign) = (jwt_part(ann.access_token(), 0), ann.claims(), KeyPairRow::new("foreign"));
        let token = |kid: String| foreign.signs(&with(&header, "kid", kid), &claims);
        let started = Instant::now();
        // one lookup each would take a second each
        let clients: Vec<_> = (0..40).map(|number| app.bearer(token(format!("unknown-{number}")))).collect();
        for response in join_all(clients.iter().map(|client| client.get("/api/tasks"))).await {
            response.rejects_the_token();
        }
        for _ in 0..20 {
            app.bearer(token("unknown".into())).get("/api/tasks").await.rejects_the_token();
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        ann.is_accepted().await;
    }
}
