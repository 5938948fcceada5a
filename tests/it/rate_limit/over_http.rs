//! Rate limits over HTTP: bursts, spoofed addresses, and users who are not locked out by others.

use std::collections::BTreeMap;

use chrono::Duration;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, ApiClient, ApiResponse, Backend, TestApp, email, password};

const LIMITED: (&str, &str) = ("RATE_LIMIT", "on");
const BEHIND_A_PROXY: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1");

async fn app_with_limits() -> TestApp {
    TestApp::start_with(Backend::Sqlite, [ACCOUNTS, LIMITED]).await
}

async fn app_behind_proxy() -> TestApp {
    TestApp::start_with(Backend::Sqlite, [ACCOUNTS, LIMITED, BEHIND_A_PROXY]).await
}

impl ApiClient {
    async fn posts_from(&self, address: &str, path: &str, body: &Value) -> ApiResponse {
        ApiResponse::to(self.request(Method::POST, path).header("x-forwarded-for", address).json(body)).await
    }

    async fn logs_in_from(&self, address: &str, name: &str, password: &str) -> ApiResponse {
        self.posts_from(address, "/api/auth/login", &json!({"email": email(name), "password": password})).await
    }
}

/// The number of responses by status. Every 429 must have a valid `Retry-After`.
fn count_by_status(answers: Vec<ApiResponse>) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for response in answers {
        *counts.entry(response.status.as_u16()).or_default() += 1;
        if response.status == 429 {
            retry_after(response);
        }
    }
    counts
}

/// The `Retry-After` of a 429, in seconds.
fn retry_after(response: ApiResponse) -> i64 {
    let response = response.is_problem(429, "too-many-requests");
    let retry_after: i64 = response.header("retry-after").expect("a Retry-After header").parse().unwrap();
    assert!((1..=3_600).contains(&retry_after), "{retry_after}");
    retry_after
}

#[actix_web::test]
async fn ten_of_50_concurrent_guesses_are_checked() {
    let app = app_with_limits().await;
    let anonymous = app.anonymous();
    anonymous.signs_up("ann").await;
    anonymous.signs_up("bob").await;
    let guess = async || anonymous.tries_to_log_in(&email("ann"), "wrong").await;
    let guesses = join_all((0..50).map(|_| guess())).await;
    assert_eq!(count_by_status(guesses), BTreeMap::from([(401, 10), (429, 40)]));
    // the right password is not checked either
    let wait = retry_after(anonymous.tries_to_log_in(&email("ann"), &password("ann")).await);
    let other_case = anonymous.tries_to_log_in("ANN@example.COM", &password("ann")).await;
    retry_after(other_case);
    anonymous.logs_in("bob").await.is_accepted().await;
    app.advance_clock(Duration::seconds(wait));
    anonymous.logs_in("ann").await.is_accepted().await;
}

#[actix_web::test]
async fn an_unknown_account_has_the_same_limit() {
    let app = app_with_limits().await;
    let anonymous = app.anonymous();
    anonymous.signs_up("ann").await;
    for name in ["ann", "nobody"] {
        let guess = async || anonymous.tries_to_log_in(&email(name), "wrong").await;
        let guesses = join_all((0..15).map(|_| guess())).await;
        assert_eq!(count_by_status(guesses), BTreeMap::from([(401, 10), (429, 5)]), "{name}");
    }
}

#[actix_web::test]
async fn successful_log_ins_are_not_limited() {
    let app = app_with_limits().await;
    app.anonymous().signs_up("ann").await;
    for _ in 0..15 {
        app.anonymous().logs_in("ann").await;
    }
}

#[actix_web::test]
async fn a_spoofed_address_is_ignored() {
    let app = app_with_limits().await;
    app.anonymous().signs_up("ann").await;
    let anonymous = app.anonymous();
    let spoofed: Vec<_> = (0..30).map(|number| format!("198.51.100.{number}")).collect();
    let guesses = join_all(spoofed.iter().map(|address| anonymous.logs_in_from(address, "ann", "wrong"))).await;
    assert_eq!(count_by_status(guesses), BTreeMap::from([(401, 10), (429, 20)]));
    for (name, value) in [("forwarded", "for=192.0.2.7"), ("x-real-ip", "192.0.2.8"), ("cf-connecting-ip", "192.0.2.9")]
    {
        let guess = anonymous.request(Method::POST, "/api/auth/login").header(name, value);
        retry_after(ApiResponse::to(guess.json(&json!({"email": email("ann"), "password": "wrong"}))).await);
    }
}

#[actix_web::test]
async fn behind_a_proxy_each_client_has_a_limit() {
    let app = app_behind_proxy().await;
    app.anonymous().signs_up("ann").await;
    let anonymous = app.anonymous();
    for address in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        let guesses = join_all((0..12).map(|_| anonymous.logs_in_from(address, "ann", "wrong"))).await;
        assert_eq!(count_by_status(guesses), BTreeMap::from([(401, 10), (429, 2)]), "{address}");
    }
    // the proxy appends the address to what the client sent
    retry_after(anonymous.logs_in_from("192.0.2.1, 198.51.100.1", "ann", "wrong").await);
    // addresses of a /64 share a limit
    for address in ["2001:db8::2", "2001:db8:0:0:ffff::", "[2001:db8::3]:4711"] {
        retry_after(anonymous.logs_in_from(address, "ann", "wrong").await);
    }
    anonymous.logs_in_from("2001:db8:0:1::1", "ann", "wrong").await.rejects_the_log_in();
}

#[actix_web::test]
async fn unknown_addresses_cannot_lock_a_user_out() {
    let app = app_behind_proxy().await;
    let anonymous = app.anonymous();
    let account = json!({"name": "ann", "email": email("ann"), "password": password("ann")});
    anonymous.posts_from("203.0.113.7", "/api/auth/signup", &account).await.is(201);
    let addresses: Vec<_> = (0..70).map(|number| format!("198.51.100.{number}")).collect();
    for some in addresses.chunks(35) {
        join_all(some.iter().map(|address| anonymous.logs_in_from(address, "ann", "wrong"))).await;
    }
    retry_after(anonymous.logs_in_from("198.51.100.200", "ann", "wrong").await);
    anonymous.logs_in_from("203.0.113.7", "ann", &password("ann")).await.is(200);
    anonymous.logs_in_from("203.0.113.7", "ann", "wrong").await.rejects_the_log_in();
    anonymous.logs_in_from("203.0.113.7", "ann", &password("ann")).await.is(200);
}

#[actix_web::test]
async fn sign_ups_are_limited_by_address() {
    let app = app_behind_proxy().await;
    let anonymous = app.anonymous();
    let account = json!({"name": "ann", "email": email("ann"), "password": password("ann")});
    let tries = join_all((0..25).map(|_| anonymous.posts_from("198.51.100.1", "/api/auth/signup", &account))).await;
    assert_eq!(count_by_status(tries), BTreeMap::from([(201, 1), (409, 19), (429, 5)]));
    anonymous.posts_from("198.51.100.2", "/api/auth/signup", &account).await.is_problem(409, "email-taken");
}

/// The limit refills by one a second, so a few more requests pass meanwhile.
#[actix_web::test]
async fn refreshes_are_limited_by_address() {
    let app = app_behind_proxy().await;
    let anonymous = app.anonymous();
    let token = json!({"refresh_token": "garbage"});
    let started = std::time::Instant::now();
    let tries = join_all((0..200).map(|_| anonymous.posts_from("198.51.100.1", "/api/auth/refresh", &token))).await;
    let counts = count_by_status(tries);
    let refilled = usize::try_from(started.elapsed().as_secs()).unwrap() + 1;
    assert!((120..=120 + refilled).contains(&counts[&401]) && counts.len() == 2, "{counts:?} and {refilled}");
    anonymous.posts_from("198.51.100.2", "/api/auth/refresh", &token).await.rejects_the_refresh_token();
}

#[actix_web::test]
async fn a_stolen_token_cannot_guess_the_password() {
    let app = app_with_limits().await;
    let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
    let guess = json!({"current_password": "wrong", "new_password": "another of her own"});
    let delete_account =
        |client: &ApiClient| client.request(Method::DELETE, "/api/auth/me").json(&json!({"password": "wrong"}));
    let mut tries = join_all((0..8).map(|_| ann.post("/api/auth/password", guess.clone()))).await;
    tries.extend(join_all((0..8).map(|_| ApiResponse::to(delete_account(&ann)))).await);
    assert_eq!(count_by_status(tries), BTreeMap::from([(422, 10), (429, 6)]));
    ApiResponse::to(delete_account(&bob)).await.is(422);
    ann.is_still_signed_in().await;
}

#[actix_web::test]
async fn invalid_requests_are_not_counted() {
    let app = app_with_limits().await;
    app.anonymous().signs_up("ann").await;
    for _ in 0..20 {
        app.anonymous().post("/api/auth/login", json!({"email": email("ann")})).await.is(422);
        app.anonymous().post("/api/auth/signup", json!({})).await.is(422);
    }
    let ann = app.anonymous().logs_in("ann").await;
    for _ in 0..100 {
        ann.get("/api/auth/me").await.is(200);
    }
}
