//! `ACCOUNTS=off`: no sign-up beside a Better Auth; log-out and `me` still work.

use reqwest::Method;
use serde_json::json;

use crate::support::{ACCOUNTS, ApiResponse, KeyServer, Program, TestApp, email, on_both, password};

/// The routes that exist only with `ACCOUNTS=on`.
const ROUTES: [(&str, &str); 7] = [
    ("POST", "/api/auth/signup"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/password"),
    ("GET", "/api/auth/sessions"),
    ("DELETE", "/api/auth/sessions"),
    ("DELETE", "/api/auth/sessions/abcdefghijklmnopqrstuvwxyz012345"),
];

async fn has_no_accounts(app: &TestApp, ann: &crate::support::ApiClient) {
    let body = json!({"name": "Ann", "email": email("ann"), "password": password("ann")});
    for (method, path) in ROUTES {
        let method: Method = method.parse().unwrap();
        for client in [ann, &app.anonymous()] {
            ApiResponse::to(client.request(method.clone(), path).json(&body)).await.is_problem(404, "not-found");
        }
    }
    let deletion = ann.request(Method::DELETE, "/api/auth/me").json(&json!({"password": password("ann")}));
    let response = ApiResponse::to(deletion).await.is_problem(405, "method-not-allowed");
    assert_eq!(response.header("allow"), Some("GET, HEAD"));
    let contract = app.anonymous().get("/openapi.json").await.is(200).json();
    for (_, path) in ROUTES {
        assert!(contract["paths"][path].is_null(), "{path}");
    }
    assert!(
        contract["paths"]["/api/auth/me"]["delete"].is_null()
            && contract["paths"]["/api/auth/logout"]["post"].is_object()
    );
    ann.get("/api/auth/me").await.is(200);
    ann.logs_out().await.is(204);
    ann.is_rejected().await;
}

on_both! {
    accounts_are_off_beside_a_secret(app) {
        has_no_accounts(&app, &app.ann()).await;
    }

    access_tokens_are_rejected_without_accounts(app) {
        let with_accounts = TestApp::start_on(app.database(), [ACCOUNTS]).await;
        let ann = with_accounts.anonymous().signs_up("ann").await;
        app.bearer(ann.access_token()).is_rejected().await;
        ann.is_accepted().await;
    }
}

#[actix_web::test]
async fn accounts_are_off_beside_a_key_set() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server(&keys).await;
    has_no_accounts(&app, &app.ann_of(&issuer)).await;
}

#[actix_web::test]
async fn accounts_are_on_by_default() {
    let process = Program::new().serve().await;
    let ann = process.anonymous().signs_up("ann").await;
    ann.creates_a_task("Buy milk").await;
    ann.is_still_signed_in().await;
    let off = Program::new().with("ACCOUNTS", "off").serve().await;
    off.anonymous().tries_to_sign_up("ann").await.is_problem(404, "not-found");
}
