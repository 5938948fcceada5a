//! What either service hands out is of no use at the other, but for what it is meant for.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::support::{ApiResponse, BetterAuth, BetterAuthUser, SqlConnection, TestApp, better_auth::part, email};

const COOKIE: &str = "better-auth.session_token";
const CACHE: &str = "better-auth.session_data";

async fn is_verified(there: &BetterAuth) -> bool {
    let verified = r#"select count(*) from "user" where "emailVerified""#;
    SqlConnection::on(&there.database()).await.number(verified).await > 0
}

async fn verifies(there: &BetterAuth, token: &str) -> ApiResponse {
    there.anonymous().get(&format!("/api/auth/verify-email?token={token}")).await
}

/// `value` opens nothing, however it is presented: as a bearer, in a cookie, as the token of a link.
async fn is_of_no_use_there(there: &BetterAuth, value: &str) {
    let known = there.anonymous().with_bearer(value);
    assert!(!known.is_known().await, "as a bearer: {value}");
    known.get("/api/auth/list-sessions").await.is(401);
    gets_no_token(&known).await;
    for cookie in [COOKIE, CACHE] {
        let known = there.anonymous().with_cookie(cookie, value);
        assert!(!known.is_known().await, "as {cookie}: {value}");
        gets_no_token(&known).await;
    }
    let both = there.anonymous().with_cookie(COOKIE, value).with_cookie(CACHE, value);
    assert!(!both.is_known().await, "as both cookies: {value}");
    is_no_link_there(there, value).await;
}

/// A path that is not there without the plugin.
async fn gets_no_token(known: &BetterAuthUser) {
    let response = known.get("/api/auth/token").await;
    assert!([401, 404].contains(&response.status.as_u16()), "{}", response.text);
}

async fn is_no_link_there(there: &BetterAuth, value: &str) {
    assert!(!verifies(there, value).await.status.is_success(), "as a verification: {value}");
    let reset = json!({ "newPassword": "an evil password", "token": value });
    assert!(
        !there.anonymous().post("/api/auth/reset-password", reset).await.status.is_success(),
        "as a reset: {value}"
    );
    let delete = format!("/api/auth/delete-user/callback?token={value}");
    assert!(!there.anonymous().get(&delete).await.status.is_success(), "as a farewell: {value}");
    assert!(!is_verified(there).await);
}

/// `value` opens nothing here: not as a bearer, and not as a refresh token.
async fn is_of_no_use_here(here: &TestApp, value: &str) {
    here.bearer(value).get("/api/tasks").await.rejects_the_token();
    here.bearer(value).logs_out().await.rejects_the_token();
    here.anonymous().refreshes_with(value).await.rejects_the_refresh_token();
}

/// It opens tasks as long as its user is logged in, and is then over.
async fn ends_with_a_log_out(here: &TestApp, replica: &TestApp, token: &str, another: &str) {
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
async fn our_tokens_are_of_no_use_there() {
    let (here, mut there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = here.anonymous().signs_up("ann").await;
    assert_eq!(part(ann.access_token(), 1)["email"], email("ann"));
    for (cache, jwt) in [("", "on"), ("compact", "on"), ("jwe", "on"), ("jwt", "on"), ("jwt", "off")] {
        there.restarts_with([("COOKIE_CACHE", cache), ("JWT", jwt)]).await;
        is_of_no_use_there(&there, ann.access_token()).await;
        is_of_no_use_there(&there, ann.refresh_token()).await;
    }
}

/// A front end that asks for verified addresses is not gone round.
#[actix_web::test]
async fn our_access_token_verifies_no_address_there() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = here.anonymous().signs_up("ann").await;
    for path in ["", &format!("&email={}", email("ann")), "&callbackURL=/"] {
        let response = verifies(&there, &format!("{}{path}", ann.access_token())).await;
        assert!(!response.status.is_success(), "{}", response.text);
    }
    let signed_in = there.signs_in("ann").await;
    let response = signed_in.get(&format!("/api/auth/verify-email?token={}", ann.access_token())).await.is(401);
    assert_eq!(response.json()["code"], "INVALID_TOKEN");
    assert!(!is_verified(&there).await);
    let me = ann.get("/api/auth/me").await.is(200).json();
    assert_eq!(me["email_verified"], false);
}

/// Whoever reads the database can open no session of ours there.
#[actix_web::test]
async fn what_is_stored_of_a_session_opens_nothing_there() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    here.anonymous().signs_up("ann").await;
    let own: Vec<String> = SqlConnection::on(&there.database()).await.column("select token from session").await;
    let token = own.first().expect("a session");
    let theirs = there.signs_in("ann").await;
    let signature = theirs.cookie("session_token").split_once('.').unwrap().1.to_owned();
    let hash = token.split('.').next_back().unwrap();
    let padded = format!("{}=", BASE64_URL_SAFE_NO_PAD.encode([0; 32]));
    for form in [
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
        is_of_no_use_there(&there, &form).await;
    }
    // what is stored of its own does open it, where a bearer needs no signature
    assert!(there.anonymous().with_bearer(theirs.session_token()).is_known().await);
    assert!(there.anonymous().with_cookie(COOKIE, theirs.cookie("session_token")).is_known().await);
}

#[actix_web::test]
async fn its_mails_and_cookies_are_of_no_use_here() {
    let (here, mut there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = there.signs_up("ann").await;
    let mailed = there.verification_token_mailed_to("ann").await;
    assert_eq!(part(&mailed, 1)["email"], email("ann"));
    let mut values = vec![mailed, ann.cookie("session_token").to_owned(), ann.session_token().to_owned()];
    for (cache, jwt) in [("compact", "on"), ("jwe", "on"), ("jwt", "on"), ("jwt", "off")] {
        there.restarts_with([("COOKIE_CACHE", cache), ("JWT", jwt)]).await;
        values.push(there.signs_in("ann").await.cookie("session_data").to_owned());
    }
    assert_eq!(part(values.last().unwrap(), 0), json!({"alg": "HS256"}));
    for value in &values {
        is_of_no_use_here(&here, value).await;
    }
    // the first of them is good for what it is meant for
    verifies(&there, &values[0]).await.is(200);
    assert!(is_verified(&there).await);
}

/// Why a front end should leave the address out of tokens of its own until it is verified (SECURITY.md).
#[actix_web::test]
async fn a_front_ends_own_token_with_an_address_verifies_that_address_there() {
    let (here, there) = BetterAuth::with_a_service([("BEARER", "on")]).await;
    let ann = here.anonymous().signs_up("ann").await;
    let token = here.token(ann.id());
    let without = token.clone().without("email").sign();
    here.bearer(&without).get("/api/tasks").await.is(200);
    assert!(!verifies(&there, &without).await.status.is_success());
    assert!(!is_verified(&there).await);

    let with = token.with("email", email("ann")).sign();
    here.bearer(&with).get("/api/tasks").await.is(200);
    verifies(&there, &with).await.is(200);
    assert!(is_verified(&there).await);
}

/// Of one second there is one token of a user: it names no session, and `EdDSA` signs the same alike.
async fn another_than(token: &str, there: &BetterAuth) -> String {
    let ann = there.signs_in("ann").await;
    loop {
        let another = ann.token().await;
        if another != token {
            return another;
        }
    }
}

#[actix_web::test]
async fn a_log_out_ends_a_token_under_its_keys() {
    let there = BetterAuth::start([]).await;
    let settings = [there.jwks_url_setting(), ("BETTER_AUTH_SECRET", "")];
    let here = TestApp::start_on(there.database(), settings).await;
    let replica = TestApp::start_on(there.database(), settings).await;
    let ann = there.signs_up("ann").await;
    let token = ann.token().await;
    let another = another_than(&token, &there).await;
    ends_with_a_log_out(&here, &replica, &token, &another).await;
    // its session is the front end's, and gives a new one
    assert!(ann.is_known().await);
}

#[actix_web::test]
async fn a_log_out_ends_a_token_under_the_secret() {
    let there = BetterAuth::start([]).await;
    let (here, replica) =
        (TestApp::start_on(there.database(), []).await, TestApp::start_on(there.database(), []).await);
    let ann = there.signs_up("ann").await;
    let minted = |seconds: i64| here.token(ann.id()).with("iat", here.now().timestamp() - seconds).sign();
    ends_with_a_log_out(&here, &replica, &minted(1), &minted(2)).await;
}

/// With an own token a user can end what was copied from the front end.
#[actix_web::test]
async fn to_end_all_sessions_ends_tokens_of_both_of_its_kinds() {
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
