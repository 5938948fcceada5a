//! Every route that needs a session refuses a request without one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiResponse, BetterAuthUser, TestApp, on_both};

type Body = fn() -> Value;

/// The operations that need a session, each with a body.
const BODIES: [(&str, Body); 11] = [
    ("changeEmail", || json!({ "newEmail": "new@example.com" })),
    ("changeUserPassword", || json!({ "currentPassword": "x", "newPassword": "correct horse battery" })),
    ("deleteUser", || json!({})),
    ("getToken", || Value::Null),
    ("listUserAccounts", || Value::Null),
    ("listUserSessions", || Value::Null),
    ("revokeOtherSessions", || json!({})),
    ("revokeSessions", || json!({})),
    ("revokeUserSession", || json!({ "token": "x" })),
    ("updateUser", || json!({ "name": "Eve" })),
    ("verifyPassword", || json!({ "password": "x" })),
];

struct Operation {
    name: String,
    method: Method,
    path: String,
}

fn protected_operations() -> Vec<Operation> {
    let contract: Value = serde_json::from_str(&taskbridge::contract()).unwrap();
    let mut all = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let needs = |scheme: &str| {
                operation["security"].as_array().is_some_and(|all| all.iter().any(|one| one[scheme].is_array()))
            };
            if needs("session_cookie") {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                all.push(Operation { name, method: method.to_uppercase().parse().unwrap(), path: path.clone() });
            }
        }
    }
    all
}

impl Operation {
    async fn call(&self, client: &BetterAuthUser, prefix: &str) -> ApiResponse {
        let (_, body) =
            BODIES.iter().find(|(name, _)| *name == self.name).unwrap_or_else(|| panic!("no body for {}", self.name));
        let request = client.request(self.method.clone(), &self.path.replace("/api/auth", prefix));
        ApiResponse::to(if self.method == Method::POST { request.json(&body()) } else { request }).await
    }
}

#[test]
fn every_protected_operation_has_a_body() {
    let mut names: Vec<_> = protected_operations().into_iter().map(|operation| operation.name).collect();
    names.sort();
    assert_eq!(names, BODIES.map(|(name, _)| name));
}

async fn clients_without_a_session(app: &TestApp) -> Vec<BetterAuthUser> {
    let signed_out = app.signs_up_in_a_browser("carol").await;
    signed_out.signs_out().await;
    let jwt_of_the_front_end = app.token("ann").sign();
    vec![
        app.browser(),
        signed_out,
        app.browser().with_cookie("better-auth.session_token", "garbage"),
        app.browser().with_bearer("garbage"),
        app.browser().with_bearer("gar.bage"),
        app.browser().with_bearer(&jwt_of_the_front_end),
    ]
}

on_both! {
    with accounts:

    a_session_is_required(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        for client in clients_without_a_session(&app).await {
            for operation in protected_operations() {
                for prefix in ["/api/auth", "/api"] {
                    let response = operation.call(&client, prefix).await.is_problem(401, "unauthorized");
                    assert_eq!(response.json()["code"], "UNAUTHORIZED", "{}", operation.name);
                }
            }
        }
        assert!(ann.is_known().await);
        assert_eq!(ann.get("/api/auth/get-session").await.json()["user"]["name"], "ann");
    }

    an_expired_session_is_refused(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        app.advance_clock(chrono::Duration::days(8));
        for operation in protected_operations() {
            operation.call(&ann, "/api/auth").await.is_problem(401, "unauthorized");
        }
    }
}
