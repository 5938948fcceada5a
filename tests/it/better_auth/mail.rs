//! Links that one side mails are accepted by the other: both use the same rows and tokens.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiResponse, BetterAuth, BetterAuthUser, MailServer, SqlConnection, TestApp, email, password};

const NEW_PASSWORD: &str = "another one of hers";

async fn both<const N: usize>(settings: [(&str, &str); N]) -> (TestApp, MailServer, BetterAuth) {
    let there = BetterAuth::start(settings).await;
    let (here, mail) = TestApp::with_mail_on(there.database(), [there.jwks_url_setting()]).await;
    (here, mail, there)
}

async fn request_reset(client: &BetterAuthUser, page: &str) {
    let body = json!({ "email": email("ann"), "redirectTo": page });
    client.post("/api/auth/request-password-reset", body).await.is(200);
}

async fn reset(client: &BetterAuthUser, token: &str) -> ApiResponse {
    client.post("/api/auth/reset-password", json!({ "newPassword": NEW_PASSWORD, "token": token })).await
}

async fn open(client: &BetterAuthUser, token: &str) -> Value {
    client.get(&format!("/api/auth/verify-email?token={token}")).await.is(200).json()
}

fn token_of(path: &str) -> &str {
    path.split("token=").nth(1).and_then(|rest| rest.split('&').next()).expect("a token")
}

async fn emails(there: &BetterAuth, condition: &str) -> Vec<String> {
    let sql = format!(r#"select email from "user" where {condition}"#);
    SqlConnection::on(&there.database()).await.column(&sql).await
}

#[actix_web::test]
async fn better_auth_takes_a_reset_link_of_the_service() {
    let (here, mail, there) = both([("STORE_IDENTIFIER", "hashed")]).await;
    here.signs_up_in_a_browser("ann").await;
    request_reset(&here.browser(), "/new").await;
    let received = mail.mail_to(&email("ann"), 1).await;
    let token = received.path().split(['/', '?']).nth(4).unwrap().to_owned();
    reset(&there.anonymous(), &token).await.is(200);
    there.signs_in_as(&email("ann"), NEW_PASSWORD).await;
    reset(&here.browser(), &token).await.is(400);
}

#[actix_web::test]
async fn the_service_takes_a_reset_link_of_better_auth() {
    for stored in ["plain", "hashed"] {
        let (here, _mail, there) = both([("STORE_IDENTIFIER", stored)]).await;
        let ann = there.signs_up("ann").await;
        request_reset(&there.anonymous(), there.origin()).await;
        let token = there.reset_token_mailed_to("ann").await;
        reset(&here.browser(), &token).await.is(200);
        assert!(!ann.is_known().await);
        there.signs_in_as(&email("ann"), NEW_PASSWORD).await;
        reset(&there.anonymous(), &token).await.is(400);
    }
}

#[actix_web::test]
async fn better_auth_takes_a_verification_link_of_the_service() {
    let (here, mail, there) = both([]).await;
    here.signs_up_in_a_browser("ann").await;
    here.browser().post("/api/auth/send-verification-email", json!({ "email": email("ann") })).await.is(200);
    let received = mail.mail_to(&email("ann"), 1).await;
    assert_eq!(emails(&there, r#""emailVerified""#).await, Vec::<String>::new());
    open(&there.anonymous(), token_of(received.path())).await;
    assert_eq!(emails(&there, r#""emailVerified""#).await, [email("ann")]);
}

#[actix_web::test]
async fn the_service_takes_a_verification_link_of_better_auth() {
    let (here, _mail, there) = both([]).await;
    there.signs_up("ann").await;
    let token = there.verification_token_mailed_to("ann").await;
    let response = open(&here.browser(), &token).await;
    assert_eq!(response, json!({ "status": true, "user": null }));
    assert_eq!(emails(&there, r#""emailVerified""#).await, [email("ann")]);
}

#[actix_web::test]
async fn either_side_completes_a_change_of_the_address() {
    let (here, mail, there) = both([]).await;
    let ann = there.signs_up("ann").await;
    let change = |new: &str| json!({ "newEmail": new });
    ann.post("/api/auth/change-email", change("second@example.com")).await.is(200);
    let token = there.verification_token_mailed_to_address("second@example.com").await;
    assert_eq!(open(&here.browser(), &token).await["user"]["email"], "second@example.com");

    let again = json!({ "email": "second@example.com", "password": password("ann") });
    let ann =
        BetterAuthUser::authenticate("/api/auth/sign-in/email", again, here.base(), "http://localhost:3000").await;
    ApiResponse::to(ann.request(Method::POST, "/api/auth/change-email").json(&change("third@example.com")))
        .await
        .is(200);
    let received = mail.mail_to("third@example.com", 1).await;
    assert_eq!(open(&there.anonymous(), token_of(received.path())).await["user"]["email"], "third@example.com");
    assert_eq!(emails(&there, "true").await, ["third@example.com"]);
}
