//! Logging out: whatever token it is, it is let in no more, and nobody else's is touched.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Duration;
use reqwest::{Method, header::AUTHORIZATION};

use crate::support::{
    ApiClient, ApiResponse, Backend, Issuer, KeyServer, RawConnection, SqlConnection, TestApp, TestDatabase, on_both,
};

const BOTH: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// The order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A service that knows this key set and no secret.
async fn behind(keys: &KeyServer, backend: Backend) -> TestApp {
    let database = Arc::new(TestDatabase::new(backend).await);
    TestApp::start_on(database, [("BETTER_AUTH_SECRET", ""), ("JWKS_URL", &keys.url())]).await
}

/// Two tokens of Ann's, as she has on two devices.
fn ann_twice(app: &TestApp, issuer: &Issuer) -> [ApiClient; 2] {
    ["1", "2"].map(|device| app.bearer(issuer.token("ann", app.now()).with("jti", device).sign()))
}

on_both! {
    with accounts:

    a_session_of_our_own_ends(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        let elsewhere = app.anonymous().logs_in("ann").await;
        let renewed = ann.refreshes().await;
        let response = renewed.logs_out().await.is(204);
        assert_eq!((response.text.as_str(), response.header("cache-control")), ("", Some("no-store")));
        for member in [&ann, &renewed] {
            member.is_signed_out().await;
            member.logs_out().await.rejects_the_token();
        }
        elsewhere.is_still_signed_in().await;
        bob.is_still_signed_in().await;
        let left = SqlConnection::on(&app.database()).await.column::<String>("select id from session").await;
        assert_eq!(left.len(), 2);
        assert!(!left.contains(&ann.session_id()));
        app.anonymous().logs_in("ann").await.is_still_signed_in().await;
    }

    a_token_of_the_front_ends_ends(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let other = app.bearer(app.token("ann").with("jti", "2").sign());
        ann.logs_out().await.is(204);
        ann.is_rejected().await;
        ann.logs_out().await.rejects_the_token();
        other.is_accepted().await;
        bob.is_accepted().await;
        app.user("ann2").is_accepted().await;
    }

    who_has_no_good_token_logs_nobody_out(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.anonymous().logs_out().await.requires_a_token();
        app.bearer("garbage").logs_out().await.rejects_the_token();
        app.bearer(ann.refresh_token()).logs_out().await.rejects_the_token();
        app.bearer(app.token("ann").signed_with("another-secret-of-more-than-32-bytes").sign()).logs_out().await.rejects_the_token();
        let (ended, later) = (app.ann(), app.now() + Duration::days(3));
        let good = app.bearer(app.token("ann").with("exp", later.timestamp()).sign());
        app.advance_clock(Duration::days(2));
        ended.logs_out().await.reports_an_expired_token();
        ann.logs_out().await.reports_an_expired_token();
        good.is_accepted().await;
        ann.refreshes().await.is_still_signed_in().await;
    }

    a_connection_that_is_kept_is_no_way_round(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let ask = |method: &str, path: &str| {
            format!("{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n", ann.access_token())
        };
        let mut connection = RawConnection::connect(&app).await;
        connection.exchanges(ask("GET", "/api/tasks")).await.is(200);
        connection.exchanges(ask("POST", "/api/auth/logout")).await.is(204);
        connection.exchanges(ask("GET", "/api/tasks")).await.rejects_the_token();
        // three in one packet
        let bob = app.anonymous().signs_up("bob").await;
        let at_once = ["GET /api/tasks", "POST /api/auth/logout", "GET /api/tasks"].map(|connection| {
            format!("{connection} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n", bob.access_token())
        });
        let mut connection = RawConnection::connect(&app).await;
        connection.exchanges(at_once.concat()).await.is(200);
        connection.receives().await.is(204);
        connection.receives().await.rejects_the_token();
    }

    however_the_scheme_is_spelt_the_token_ends(app) {
        for scheme in ["bearer", "BEARER", "bEaReR"] {
            let token = app.token("ann").with("jti", scheme).sign();
            let spelt = |method, path| app.anonymous().request(method, path).header(AUTHORIZATION, format!("{scheme} {token}"));
            ApiResponse::to(spelt(Method::POST, "/api/auth/logout")).await.is(204);
            ApiResponse::to(spelt(Method::GET, "/api/tasks")).await.rejects_the_token();
            app.bearer(&token).is_rejected().await;
        }
    }

    what_was_ended_stays_so_after_a_restart(app) {
        let mut app = app;
        let (ann, bob, front) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await, app.ann());
        ann.logs_out().await.is(204);
        front.logs_out().await.is(204);
        let again = |app: &TestApp, client: &ApiClient| ApiClient::new(app.base(), client.name(), client.token());
        app.restart().await;
        again(&app, &ann).is_rejected().await;
        again(&app, &front).is_rejected().await;
        again(&app, &bob).is_accepted().await;
    }
}

#[actix_web::test]
async fn a_token_of_a_key_set_ends_however_warm_it_is() {
    for backend in BOTH {
        let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
        let app = behind(&keys, backend).await;
        let [ann, elsewhere] = ann_twice(&app, &issuer);
        let bob = app.bearer(issuer.token("bob", app.now()).sign());
        for _ in 0..8 {
            ann.is_accepted().await;
        }
        ann.logs_out().await.is(204);
        ann.is_rejected().await;
        ann.logs_out().await.rejects_the_token();
        elsewhere.is_accepted().await;
        bob.is_accepted().await;
    }
}

/// Of one ECDSA signature anybody can make a second one: `n - s` verifies where `s` does.
#[actix_web::test]
async fn a_second_signature_of_the_same_token_does_not_bring_it_back() {
    let (keys, issuer) = KeyServer::with_issuer("ES256").await;
    let app = behind(&keys, Backend::Sqlite).await;
    let token = issuer.token("ann", app.now()).sign();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let negated = negated(&signature[32..]);
    signature[32..].copy_from_slice(&negated);
    let twin = app.bearer(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)));
    let ann = app.bearer(&token);
    ann.is_accepted().await;
    twin.is_accepted().await;
    ann.logs_out().await.is(204);
    ann.is_rejected().await;
    twin.is_rejected().await;
}

/// The order less `s`.
fn negated(s: &[u8]) -> [u8; 32] {
    let (mut difference, mut borrow) = (ORDER, false);
    for (digit, less) in difference.iter_mut().zip(s).rev() {
        let (first, one) = digit.overflowing_sub(*less);
        let (second, other) = first.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (second, one || other);
    }
    difference
}
