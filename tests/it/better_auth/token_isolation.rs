//! Tokens, cookies and links of one service are rejected by the other.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::support::{ApiResponse, BetterAuth, BetterAuthUser, SqlConnection, TestApp, better_auth::jwt_part, email};

const SESSION_COOKIE: &str = "better-auth.session_token";
const CACHE_COOKIE: &str = "better-auth.session_data";

async fn email_is_verified(there: &BetterAuth) -> bool {
    let verified = r#"select count(*) from "user" where "emailVerified""#;
    SqlConnection::on(&there.database()).await.number(verified).await > 0
}

async fn verify_email(there: &BetterAuth, token: &str) -> ApiResponse {
    there.anonymous().get(&format!("/api/auth/verify-email?token={token}")).await
}

/// Asserts that Better Auth rejects the value as a bearer token, in a cookie and as the token of a link.
async fn is_rejected_by_better_auth(there: &BetterAuth, value: &str) {
    let client = there.anonymous().with_bearer(value);
    assert!(!client.is_known().await, "as a bearer: {value}");
    client.get("/api/auth/list-sessions").await.is(401);
    is_issued_no_token(&client).await;
    for cookie in [SESSION_COOKIE, CACHE_COOKIE] {
        let client = there.anonymous().with_cookie(cookie, value);
        assert!(!client.is_known().await, "as {cookie}: {value}");
        is_issued_no_token(&client).await;
    }
    let both = there.anonymous().with_cookie(SESSION_COOKIE, value).with_cookie(CACHE_COOKIE, value);
    assert!(!both.is_known().await, "as both cookies: {value}");
    is_rejected_as_a_link(there, value).await;
}

/// Asserts that the path of the plugin issues no token; without the plugin it does not exist.
async fn is_issued_no_token(client: &BetterAuthUser) {
    let response = client.get("/api/auth/token").await;
    assert!([401, 404].contains(&response.status.as_u16()), "{}", response.text);
}

async fn is_rejected_as_a_link(there: &BetterAuth, value: &str) {
    assert!(!verify_email(there, value).await.status.is_success(), "as a verification: {value}");
    let reset = json!({ "newPassword": "an evil password", "token": value });
    assert!(
        !there.anonymous().post("/api/auth/reset-password", reset).await.status.is_success(),
        "as a reset: {value}"
    );
    let delete = format!("/api/auth/delete-user/callback?token={value}");
    assert!(!there.anonymous().get(&delete).await.status.is_success(), "as a deletion: {value}");
    assert!(!email_is_verified(there).await);
}

/// Asserts that the service rejects the value as an access token and as a refresh token.
async fn is_rejected_by_the_service(here: &TestApp, value: &str) {
    here.bearer(value).get("/api/tasks").await.rejects_the_token();
    here.bearer(value).logs_out().await.rejects_the_token();
    here.anonymous().refreshes_with(value).await.rejects_the_refresh_token();
}

/// Asserts that both replicas accept the token until it is logged out.
async fn is_revoked_by_a_log_out(here: &TestApp, replica: &TestApp, token: &str, another: &str) {
    for app in [here, replica] {
        app.bearer(token).get("/api/tasks").await.is(200);
    }
    here.bearer(token).logs_out().await.is(204);
    here.bearer(token).get("/api/tasks").await.rejects_the_token();
    replica.bearer(token).eventually_gets("/api/tasks", 401).await.rejects_the_token();
    for app in [here, replica] {
        app.bearer(another).get("/api/tasks").await.is(200);
    }
}

#[actix_web::test]
async fn better_auth_rejects_our_tokens() {
    let (here, mut there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = here.anonymous().signs_up("ann").await;
    assert_eq!(jwt_part(ann.access_token(), 1)["email"], email("ann"));
    for (cache, jwt) in [("", "on"), ("compact", "on"), ("jwe", "on"), ("jwt", "on"), ("jwt", "off")] {
        there.restarts_with([("COOKIE_CACHE", cache), ("JWT", jwt)]).await;
        is_rejected_by_better_auth(&there, ann.access_token()).await;
        is_rejected_by_better_auth(&there, ann.refresh_token()).await;
    }
}

/// Otherwise the verification of email addresses could be bypassed.
#[actix_web::test]
async fn an_access_token_does_not_verify_an_email() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = here.anonymous().signs_up("ann").await;
    for path in ["", &format!("&email={}", email("ann")), "&callbackURL=/"] {
        let response = verify_email(&there, &format!("{}{path}", ann.access_token())).await;
        assert!(!response.status.is_success(), "{}", response.text);
    }
    let signed_in = there.signs_in("ann").await;
    let response = signed_in.get(&format!("/api/auth/verify-email?token={}", ann.access_token())).await.is(401);
    assert_eq!(response.json()["code"], "INVALID_TOKEN");
    assert!(!email_is_verified(&there).await);
    let me = ann.get("/api/auth/me").await.is(200).json();
    assert_eq!(me["email_verified"], false);
}

/// Reading the database gives no access to sessions of the service.
#[actix_web::test]
async fn better_auth_rejects_stored_session_tokens() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    here.anonymous().signs_up("ann").await;
    let own: Vec<String> = SqlConnection::on(&there.database()).await.column("select token from session").await;
    let token = own.first().expect("a session");
    let theirs = there.signs_in("ann").await;
    let signature = theirs.cookie("session_token").split_once('.').unwrap().1.to_owned();
    let hash = token.split('.').next_back().unwrap();
    let padded = format!("{}=", BASE64_URL_SAFE_NO_PAD.encode([0; 32]));
    for variant in [
        token.clone(),
        hash.to_owned(),
        token.replace('.', "%2E"),
        token.replace('.', "%252E"),
        format!("{token}."),
        format!("{token}.{signature}"),
        format!("{token}.{hash}"),
        format!("{token}.{padded}"),
        format!("{token}%2E{padded}"),
        format!("{token}.{signature}.{signature}"),
        format!("{}.{token}", theirs.cookie("session_token")),
        format!("{}.{token}", theirs.session_token()),
    ] {
        is_rejected_by_better_auth(&there, &variant).await;
    }
    // the stored token of a Better Auth session is accepted as a bearer token
    assert!(there.anonymous().with_bearer(theirs.session_token()).is_known().await);
    assert!(there.anonymous().with_cookie(SESSION_COOKIE, theirs.cookie("session_token")).is_known().await);
}

#[actix_web::test]
async fn mails_and_cookies_of_better_auth_are_rejected() {
    let (here, mut there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = there.signs_up("ann").await;
    let mailed = there.verification_token_mailed_to("ann").await;
    assert_eq!(jwt_part(&mailed, 1)["email"], email("ann"));
    let mut values = vec![mailed, ann.cookie("session_token").to_owned(), ann.session_token().to_owned()];
    for (cache, jwt) in [("compact", "on"), ("jwe", "on"), ("jwt", "on"), ("jwt", "off")] {
        there.restarts_with([("COOKIE_CACHE", cache), ("JWT", jwt)]).await;
        values.push(there.signs_in("ann").await.cookie("session_data").to_owned());
    }
    assert_eq!(jwt_part(values.last().unwrap(), 0), json!({"alg": "HS256"}));
    for value in &values {
        is_rejected_by_the_service(&here, value).await;
    }
    // the mailed token still verifies the address
    verify_email(&there, &values[0]).await.is(200);
    assert!(email_is_verified(&there).await);
}

/// The reason why front-end tokens should omit an unverified `email` (SECURITY.md).
#[actix_web::test]
async fn a_front_end_token_with_an_email_verifies_it() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = here.anonymous().signs_up("ann").await;
    let token = here.token(ann.id());
    let without = token.clone().without("email").sign();
    here.bearer(&without).get("/api/tasks").await.is(200);
    assert!(!verify_email(&there, &without).await.status.is_success());
    assert!(!email_is_verified(&there).await);

    let with = token.with("email", email("ann")).sign();
    here.bearer(&with).get("/api/tasks").await.is(200);
    verify_email(&there, &with).await.is(200);
    assert!(email_is_verified(&there).await);
}

/// Within one second Better Auth issues the same token again: it names no session, and `EdDSA` is deterministic.
async fn another_token_than(token: &str, there: &BetterAuth) -> String {
    let ann = there.signs_in("ann").await;
    loop {
        let another = ann.token().await;
        if another != token {
            return another;
        }
    }
}

#[actix_web::test]
async fn a_log_out_revokes_a_jwks_token() {
    let there = BetterAuth::start([]).await;
    let settings = [there.jwks_url_setting(), ("BETTER_AUTH_SECRET", "")];
    let here = TestApp::start_on(there.database(), settings).await;
    let replica = TestApp::start_on(there.database(), settings).await;
    let ann = there.signs_up("ann").await;
    let token = ann.token().await;
    let another = another_token_than(&token, &there).await;
    is_revoked_by_a_log_out(&here, &replica, &token, &another).await;
    // the session of Better Auth remains
    assert!(ann.is_known().await);
}

#[actix_web::test]
async fn a_log_out_revokes_a_shared_secret_token() {
    let there = BetterAuth::start([]).await;
    let (here, replica) =
        (TestApp::start_on(there.database(), []).await, TestApp::start_on(there.database(), []).await);
    let ann = there.signs_up("ann").await;
    let issued = |seconds: i64| here.token(ann.id()).with("iat", here.now().timestamp() - seconds).sign();
    is_revoked_by_a_log_out(&here, &replica, &issued(1), &issued(2)).await;
}

/// This also revokes stolen front-end tokens.
#[actix_web::test]
async fn revoke_all_revokes_both_types_of_front_end_tokens() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let (ann, bob) = (there.signs_up("ann").await, there.signs_up("bob").await);
    let tokens = [ann.token().await, here.token(ann.id()).sign()];
    let others = [bob.token().await, here.token(bob.id()).sign()];
    for token in tokens.iter().chain(&others) {
        here.bearer(token).get("/api/tasks").await.is(200);
    }
    here.anonymous().logs_in("ann").await.delete("/api/auth/sessions").await.is(204);
    for token in &tokens {
        here.bearer(token).get("/api/tasks").await.rejects_the_token();
    }
    for token in &others {
        here.bearer(token).get("/api/tasks").await.is(200);
    }
    here.advance_clock(chrono::Duration::seconds(1));
    here.bearer(here.token(ann.id()).sign()).get("/api/tasks").await.is(200);
}
