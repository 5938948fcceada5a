//! Access tokens of the service: claims, key derivation and rejected variants.

use std::sync::Arc;

use aws_lc_rs::hmac::{self, HMAC_SHA256, sign};
use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, BACKENDS, SECRET, SignedInUser, TestApp, TestDatabase, better_auth::jwt_part, on_both};

/// HKDF-SHA256 (RFC 5869) without salt, one block.
fn hkdf(secret: &str, label: &str) -> Vec<u8> {
    let mac = |key: &[u8], text: &[u8]| sign(&hmac::Key::new(HMAC_SHA256, key), text).as_ref().to_vec();
    mac(&mac(&[0; 32], secret.as_bytes()), &[label.as_bytes(), &[1]].concat())
}

/// The access-token key for the secret of the tests.
fn access_token_key() -> Vec<u8> {
    hkdf(SECRET, "taskbridge access token 1")
}

fn header_of(user: &SignedInUser) -> Header {
    jsonwebtoken::decode_header(user.access_token()).unwrap()
}

fn encode_with(header: &Header, claims: &Value, key: &[u8]) -> String {
    encode(header, claims, &EncodingKey::from_secret(key)).unwrap()
}

/// A service with these secrets on an existing database.
async fn with_secrets(database: &Arc<TestDatabase>, secrets: &str) -> TestApp {
    let settings = [ACCOUNTS, ("BETTER_AUTH_SECRET", ""), ("BETTER_AUTH_SECRETS", secrets)];
    TestApp::start_on(Arc::clone(database), settings).await
}

on_both! {
    with accounts:

    a_token_names_the_user_and_the_session(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let header = jwt_part(ann.access_token(), 0);
        assert_eq!(header, json!({"typ": "at+jwt", "alg": "HS256", "kid": header["kid"]}));
        let kid = header["kid"].as_str().unwrap();
        assert!(kid.len() == 16 && kid.bytes().all(|byte| byte.is_ascii_hexdigit()), "{kid}");

        let claims = ann.claims();
        let members: Vec<_> = claims.as_object().unwrap().keys().collect();
        assert_eq!(members, ["email", "exp", "iat", "jti", "name", "sid", "sub"]);
        assert_eq!((&claims["sub"], &claims["email"], &claims["name"]), (&json!(ann.id()), &json!("ann@example.com"), &json!("ann")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
        assert!((app.now().timestamp() - claims["iat"].as_i64().unwrap()).abs() < 60);
        assert_eq!(claims["sid"].as_str().unwrap().len(), 32);

        let refreshed = ann.refreshes().await;
        assert_eq!((&refreshed.claims()["sid"], refreshed.id()), (&claims["sid"], ann.id()));
        assert_ne!(refreshed.claims()["jti"], claims["jti"]);
        assert_eq!(jwt_part(refreshed.access_token(), 0), header);
    }

    a_token_expires(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.advance_clock(Duration::hours(24) + Duration::seconds(10));
        ann.is_accepted().await;
        app.advance_clock(Duration::seconds(6));
        ann.get("/api/tasks").await.reports_an_expired_token();
        ann.refreshes().await.is_accepted().await;
    }

    the_key_is_derived_for_access_tokens_only(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (header, claims) = (header_of(&ann), ann.claims());
        // the control: encoded by the test, with the right key, it is accepted
        app.bearer(encode_with(&header, &claims, &access_token_key())).is_accepted().await;
        for key in [
            SECRET.as_bytes().to_vec(), hkdf(SECRET, "taskbridge access token 2"), hkdf(SECRET, "taskbridge refresh token 1"),
            hkdf(SECRET, ""), hkdf(&SECRET[1..], "taskbridge access token 1"), vec![0; 32],
        ] {
            app.bearer(encode_with(&header, &claims, &key)).get("/api/tasks").await.rejects_the_token();
        }
        ann.is_accepted().await;
    }

    tokens_with_another_header_are_rejected(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (issued_header, claims) = (header_of(&ann), ann.claims());
        let with_type = |typ: Option<&str>| Header { typ: typ.map(str::to_owned), ..issued_header.clone() };
        let with_kid = |kid: Option<&str>| Header { kid: kid.map(str::to_owned), ..issued_header.clone() };
        for header in [
            with_type(None), with_type(Some("JWT")), with_type(Some("at")), with_type(Some("application/at+jwt")), with_type(Some("")),
            with_kid(None), with_kid(Some("")), with_kid(Some("0000000000000000")), with_kid(issued_header.kid.as_deref().map(|kid| &kid[1..])),
            Header { alg: Algorithm::HS384, ..issued_header.clone() }, Header { alg: Algorithm::HS512, ..issued_header.clone() },
        ] {
            for key in [access_token_key(), SECRET.as_bytes().to_vec()] {
                // with the header and the key of the front end, it is a valid front-end token
                let is_front_end_token = header.typ.as_deref().is_none_or(|typ| typ == "JWT") && header.alg == Algorithm::HS256 && key == SECRET.as_bytes();
                let response = app.bearer(encode_with(&header, &claims, &key)).get("/api/tasks").await;
                if is_front_end_token { response.is(200) } else { response.rejects_the_token() };
            }
        }
    }

    missing_and_invalid_claims_are_rejected(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (header, claims, now) = (header_of(&ann), ann.claims(), app.now().timestamp());
        for user in ["sub", "sid", "exp"] {
            let mut incomplete = claims.clone();
            incomplete.as_object_mut().unwrap().remove(user);
            app.bearer(encode_with(&header, &incomplete, &access_token_key())).get("/api/tasks").await.rejects_the_token();
        }
        for (user, value) in [
            ("sid", json!(1)), ("sid", json!(null)), ("sid", json!(["a"])), ("sub", json!("")), ("sub", json!("a b")), ("exp", json!("soon")),
            ("nbf", json!(now + 60)), ("iat", json!(now + 60)), ("iss", json!("http://localhost:3000")), ("aud", json!("api")),
        ] {
            let mut other = claims.clone();
            other[user] = value;
            app.bearer(encode_with(&header, &other, &access_token_key())).get("/api/tasks").await.rejects_the_token();
        }
    }

    token_types_are_not_interchangeable(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.bearer(ann.refresh_token()).is_rejected().await;
        app.anonymous().refreshes_with(ann.access_token()).await.rejects_the_refresh_token();
        app.anonymous().refreshes_with(&app.token(ann.id()).sign()).await.rejects_the_refresh_token();
        ann.is_still_signed_in().await;
    }

    a_front_end_token_reaches_the_same_tasks(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let task = ann.creates_a_task("Buy milk").await;
        app.user(ann.id()).sees(&task).await;
        app.anonymous().signs_up("bob").await.cannot_see(&task).await;
        assert_eq!(app.user(ann.id()).get("/api/auth/me").await.is(200).json(), ann.token_response()["user"]);
    }
}

#[actix_web::test]
async fn rotating_the_secret_keeps_users_signed_in() {
    let (old, new) = ("1:the-old-secret-of-more-than-32-bytes", "2:the-new-secret-of-more-than-32-bytes");
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let before = with_secrets(&database, old).await;
        let (ann, bob) = (before.anonymous().signs_up("ann").await, before.anonymous().signs_up("bob").await);

        let during = with_secrets(&database, &format!("{new},{old}")).await;
        during.bearer(ann.access_token()).is_accepted().await;
        let refreshed =
            during.anonymous().signed_in_by(during.anonymous().refreshes_with(ann.refresh_token()).await.is(200));
        assert_ne!(jwt_part(refreshed.access_token(), 0)["kid"], jwt_part(ann.access_token(), 0)["kid"]);
        before.bearer(refreshed.access_token()).is_rejected().await;

        let after = with_secrets(&database, new).await;
        after.bearer(ann.access_token()).is_rejected().await;
        after.bearer(refreshed.access_token()).is_accepted().await;
        after.anonymous().refreshes_with(bob.refresh_token()).await.rejects_the_refresh_token();
        after
            .anonymous()
            .signed_in_by(after.anonymous().refreshes_with(refreshed.refresh_token()).await.is(200))
            .is_still_signed_in()
            .await;
    }
}
