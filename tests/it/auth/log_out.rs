//! `POST /api/auth/logout`: revokes the presented token, of every type, and no other.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Duration;
use reqwest::{Method, header::AUTHORIZATION};

use crate::support::{
    ApiClient, ApiResponse, BACKENDS, Backend, Issuer, KeyServer, RawConnection, SqlConnection, TestApp, TestDatabase,
    on_both,
};

/// The order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A service with this key set and without a secret.
async fn app_with_key_set(keys: &KeyServer, backend: Backend) -> TestApp {
    let database = Arc::new(TestDatabase::new(backend).await);
    TestApp::start_on(database, [("BETTER_AUTH_SECRET", ""), ("JWKS_URL", &keys.url())]).await
}

/// Clients with two tokens of Ann.
fn ann_on_two_devices(app: &TestApp, issuer: &Issuer) -> [ApiClient; 2] {
    ["1", "2"].map(|device| app.bearer(issuer.token("ann", app.now()).with("jti", device).sign()))
}

on_both! {
    with accounts:

    a_log_out_revokes_the_session(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        let other_device = app.anonymous().logs_in("ann").await;
        let refreshed = ann.refreshes().await;
        let response = refreshed.logs_out().await.is(204);
        assert_eq!((response.text.as_str(), response.header("cache-control")), ("", Some("no-store")));
        for user in [&ann, &refreshed] {
            user.is_signed_out().await;
            user.logs_out().await.rejects_the_token();
        }
        other_device.is_still_signed_in().await;
        bob.is_still_signed_in().await;
        let left = SqlConnection::on(&app.database()).await.column("select id from session").await;
        assert_eq!(left.len(), 2);
        assert!(!left.contains(&ann.session_id()));
        app.anonymous().logs_in("ann").await.is_still_signed_in().await;
    }

    a_log_out_revokes_a_front_end_token(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let other = app.bearer(app.token("ann").with("jti", "2").sign());
        ann.logs_out().await.is(204);
        ann.is_rejected().await;
        ann.logs_out().await.rejects_the_token();
        other.is_accepted().await;
        bob.is_accepted().await;
        app.user("ann2").is_accepted().await;
    }

    a_log_out_requires_a_valid_token(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.anonymous().logs_out().await.requires_a_token();
        app.bearer("garbage").logs_out().await.rejects_the_token();
        app.bearer(ann.refresh_token()).logs_out().await.rejects_the_token();
        app.bearer(app.token("ann").signed_with("another-secret-of-more-than-32-bytes").sign()).logs_out().await.rejects_the_token();
        ann.is_still_signed_in().await;
    }

    an_expired_token_cannot_log_out(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let (revoked, later) = (app.ann(), app.now() + Duration::days(3));
        let good = app.bearer(app.token("ann").with("exp", later.timestamp()).sign());
        app.advance_clock(Duration::days(2));
        revoked.logs_out().await.reports_an_expired_token();
        ann.logs_out().await.reports_an_expired_token();
        good.is_accepted().await;
        ann.refreshes().await.is_still_signed_in().await;
    }

    a_log_out_applies_to_open_connections(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let request = |method: &str, path: &str| {
            format!("{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n", ann.access_token())
        };
        let mut connection = RawConnection::connect(&app).await;
        connection.exchanges(request("GET", "/api/tasks")).await.is(200);
        connection.exchanges(request("POST", "/api/auth/logout")).await.is(204);
        connection.exchanges(request("GET", "/api/tasks")).await.rejects_the_token();
    }

    a_log_out_applies_to_pipelined_requests(app) {
        let bob = app.anonymous().signs_up("bob").await;
        let at_once = ["GET /api/tasks", "POST /api/auth/logout", "GET /api/tasks"].map(|line| {
            format!("{line} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n", bob.access_token())
        });
        let mut connection = RawConnection::connect(&app).await;
        connection.exchanges(at_once.concat()).await.is(200);
        connection.receives().await.is(204);
        connection.receives().await.rejects_the_token();
    }

    a_log_out_works_with_any_case_of_the_scheme(app) {
        for scheme in ["bearer", "BEARER", "bEaReR"] {
            let token = app.token("ann").with("jti", scheme).sign();
            let request = |method, path| app.anonymous().request(method, path).header(AUTHORIZATION, format!("{scheme} {token}"));
            ApiResponse::to(request(Method::POST, "/api/auth/logout")).await.is(204);
            ApiResponse::to(request(Method::GET, "/api/tasks")).await.rejects_the_token();
            app.bearer(&token).is_rejected().await;
        }
    }

    revocations_survive_a_restart(app) {
        let mut app = app;
        let (ann, bob, front_end) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await, app.ann());
        ann.logs_out().await.is(204);
        front_end.logs_out().await.is(204);
        let again = |app: &TestApp, client: &ApiClient| ApiClient::new(app.base(), client.name(), client.token());
        app.restart().await;
        again(&app, &ann).is_rejected().await;
        again(&app, &front_end).is_rejected().await;
        again(&app, &bob).is_accepted().await;
    }
}

#[actix_web::test]
async fn a_log_out_revokes_a_cached_jwks_token() {
    for backend in BACKENDS {
        let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
        let app = app_with_key_set(&keys, backend).await;
        let [ann, other_device] = ann_on_two_devices(&app, &issuer);
        let bob = app.bearer(issuer.token("bob", app.now()).sign());
        for _ in 0..8 {
            ann.is_accepted().await;
        }
        ann.logs_out().await.is(204);
        ann.is_rejected().await;
        ann.logs_out().await.rejects_the_token();
        other_device.is_accepted().await;
        bob.is_accepted().await;
    }
}

/// Anybody can derive a second valid ECDSA signature: `n - s` verifies if `s` does.
#[actix_web::test]
async fn a_malleated_signature_stays_revoked() {
    let (keys, issuer) = KeyServer::with_issuer("ES256").await;
    let app = app_with_key_set(&keys, Backend::Sqlite).await;
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

/// The order minus `s`.
fn negated(s: &[u8]) -> [u8; 32] {
    let (mut difference, mut borrow) = (P256_ORDER, false);
    for (digit, less) in difference.iter_mut().zip(s).rev() {
        let (first, one) = digit.overflowing_sub(*less);
        let (second, other) = first.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (second, one || other);
    }
    difference
}
