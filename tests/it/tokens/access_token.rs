//! The service's own access tokens: what they say, under which key, and what is none of them.

use std::sync::Arc;

use aws_lc_rs::hmac::{self, HMAC_SHA256, sign};
use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, Backend, SECRET, SignedInUser, TestApp, TestDatabase, better_auth::part, on_both};

/// HKDF-SHA256 (RFC 5869) by hand: no salt, one block.
fn derived(secret: &str, label: &str) -> Vec<u8> {
    let mac = |key: &[u8], text: &[u8]| sign(&hmac::Key::new(HMAC_SHA256, key), text).as_ref().to_vec();
    mac(&mac(&[0; 32], secret.as_bytes()), &[label.as_bytes(), &[1]].concat())
}

/// The key of access tokens under the tests' secret.
fn own_key() -> Vec<u8> {
    derived(SECRET, "taskbridge access token 1")
}

fn header_of(member: &SignedInUser) -> Header {
    jsonwebtoken::decode_header(member.access_token()).unwrap()
}

fn signed(header: &Header, claims: &Value, key: &[u8]) -> String {
    encode(header, claims, &EncodingKey::from_secret(key)).unwrap()
}

/// A service whose secrets are these, on a database that another may have used.
async fn with_secrets(database: &Arc<TestDatabase>, secrets: &str) -> TestApp {
    let settings = [ACCOUNTS, ("BETTER_AUTH_SECRET", ""), ("BETTER_AUTH_SECRETS", secrets)];
    TestApp::start_on(Arc::clone(database), settings).await
}

on_both! {
    with accounts:

    a_token_says_whose_it_is_and_of_which_session(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let header = part(ann.access_token(), 0);
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

        let renewed = ann.refreshes().await;
        assert_eq!((&renewed.claims()["sid"], renewed.id()), (&claims["sid"], ann.id()));
        assert_ne!(renewed.claims()["jti"], claims["jti"]);
        assert_eq!(part(renewed.access_token(), 0), header);
    }

    a_token_ends_when_it_says(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.advance_clock(Duration::hours(24) + Duration::seconds(10));
        ann.is_accepted().await;
        app.advance_clock(Duration::seconds(6));
        ann.get("/api/tasks").await.reports_an_expired_token();
        ann.refreshes().await.is_accepted().await;
    }

    the_key_is_derived_for_this_alone(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (header, claims) = (header_of(&ann), ann.claims());
        // made by hand it is let in: so each that follows is rejected for the one thing that is changed
        app.bearer(signed(&header, &claims, &own_key())).is_accepted().await;
        for key in [
            SECRET.as_bytes().to_vec(), derived(SECRET, "taskbridge access token 2"), derived(SECRET, "taskbridge refresh token 1"),
            derived(SECRET, ""), derived(&SECRET[1..], "taskbridge access token 1"), vec![0; 32],
        ] {
            app.bearer(signed(&header, &claims, &key)).get("/api/tasks").await.rejects_the_token();
        }
        ann.is_accepted().await;
    }

    a_token_of_another_form_is_none(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (own, claims) = (header_of(&ann), ann.claims());
        let typed = |typ: Option<&str>| Header { typ: typ.map(str::to_owned), ..own.clone() };
        let called = |kid: Option<&str>| Header { kid: kid.map(str::to_owned), ..own.clone() };
        for header in [
            typed(None), typed(Some("JWT")), typed(Some("at")), typed(Some("application/at+jwt")), typed(Some("")),
            called(None), called(Some("")), called(Some("0000000000000000")), called(own.kid.as_deref().map(|kid| &kid[1..])),
            Header { alg: Algorithm::HS384, ..own.clone() }, Header { alg: Algorithm::HS512, ..own.clone() },
        ] {
            for key in [own_key(), SECRET.as_bytes().to_vec()] {
                // of the front end's kind, and under its key, it is a front end's
                let is_front_ends = header.typ.as_deref().is_none_or(|typ| typ == "JWT") && header.alg == Algorithm::HS256 && key == SECRET.as_bytes();
                let response = app.bearer(signed(&header, &claims, &key)).get("/api/tasks").await;
                if is_front_ends { response.is(200) } else { response.rejects_the_token() };
            }
        }
    }

    a_token_that_lacks_a_claim_or_has_a_bad_one_is_none(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (header, claims, now) = (header_of(&ann), ann.claims(), app.now().timestamp());
        for member in ["sub", "sid", "exp"] {
            let mut fewer = claims.clone();
            fewer.as_object_mut().unwrap().remove(member);
            app.bearer(signed(&header, &fewer, &own_key())).get("/api/tasks").await.rejects_the_token();
        }
        for (member, value) in [
            ("sid", json!(1)), ("sid", json!(null)), ("sid", json!(["a"])), ("sub", json!("")), ("sub", json!("a b")), ("exp", json!("soon")),
            ("nbf", json!(now + 60)), ("iat", json!(now + 60)), ("iss", json!("http://localhost:3000")), ("aud", json!("api")),
        ] {
            let mut other = claims.clone();
            other[member] = value;
            app.bearer(signed(&header, &other, &own_key())).get("/api/tasks").await.rejects_the_token();
        }
    }

    the_kinds_of_token_are_kept_apart(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.bearer(ann.refresh_token()).is_rejected().await;
        app.anonymous().refreshes_with(ann.access_token()).await.rejects_the_refresh_token();
        app.anonymous().refreshes_with(&app.token(ann.id()).sign()).await.rejects_the_refresh_token();
        ann.is_still_signed_in().await;
    }

    a_front_ends_token_of_the_same_user_leads_to_the_same_tasks(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let task = ann.creates_a_task("Buy milk").await;
        app.user(ann.id()).sees(&task).await;
        app.anonymous().signs_up("bob").await.cannot_see(&task).await;
        assert_eq!(app.user(ann.id()).get("/api/auth/me").await.is(200).json(), ann.token_response()["user"]);
    }
}

#[actix_web::test]
async fn a_secret_is_changed_and_nobody_is_signed_out_while_the_old_one_stands() {
    let (old, new) = ("1:the-old-secret-of-more-than-32-bytes", "2:the-new-secret-of-more-than-32-bytes");
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = Arc::new(TestDatabase::new(backend).await);
        let before = with_secrets(&database, old).await;
        let (ann, bob) = (before.anonymous().signs_up("ann").await, before.anonymous().signs_up("bob").await);

        let between = with_secrets(&database, &format!("{new},{old}")).await;
        between.bearer(ann.access_token()).is_accepted().await;
        let renewed =
            between.anonymous().signed_in_by(between.anonymous().refreshes_with(ann.refresh_token()).await.is(200));
        assert_ne!(part(renewed.access_token(), 0)["kid"], part(ann.access_token(), 0)["kid"]);
        before.bearer(renewed.access_token()).is_rejected().await;

        let after = with_secrets(&database, new).await;
        after.bearer(ann.access_token()).is_rejected().await;
        after.bearer(renewed.access_token()).is_accepted().await;
        after.anonymous().refreshes_with(bob.refresh_token()).await.rejects_the_refresh_token();
        after
            .anonymous()
            .signed_in_by(after.anonymous().refreshes_with(renewed.refresh_token()).await.is(200))
            .is_still_signed_in()
            .await;
    }
}
