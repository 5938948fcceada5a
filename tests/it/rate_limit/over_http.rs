//! How often somebody may try: no burst passes as one, no header makes another of a client, and no stranger locks an owner out.

use std::collections::BTreeMap;

use chrono::Duration;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, ApiClient, ApiResponse, Backend, TestApp, email, password};

const LIMITED: (&str, &str) = ("RATE_LIMIT", "on");
const BEHIND_A_PROXY: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1");

async fn limited() -> TestApp {
    TestApp::start_with(Backend::Sqlite, [ACCOUNTS, LIMITED]).await
}

async fn behind_a_proxy() -> TestApp {
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

/// How many answers there are of each status. Of those who come too often each is told when to come again.
fn counted(answers: Vec<ApiResponse>) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for response in answers {
        *counts.entry(response.status.as_u16()).or_default() += 1;
        if response.status == 429 {
            seconds(response);
        }
    }
    counts
}

/// After how many seconds to come again.
fn seconds(response: ApiResponse) -> i64 {
    let response = response.is_problem(429, "too-many-requests");
    let seconds: i64 = response.header("retry-after").expect("when to come again").parse().unwrap();
    assert!((1..=3_600).contains(&seconds), "{seconds}");
    seconds
}

#[actix_web::test]
async fn fifty_guesses_at_once_are_ten_and_no_more() {
    let app = limited().await;
    let nobody = app.anonymous();
    nobody.signs_up("ann").await;
    nobody.signs_up("bob").await;
    let guess = async || nobody.tries_to_log_in(&email("ann"), "wrong").await;
    let guesses = join_all((0..50).map(|_| guess())).await;
    assert_eq!(counted(guesses), BTreeMap::from([(401, 10), (429, 40)]));
    // the right one is not looked at either
    let wait = seconds(nobody.tries_to_log_in(&email("ann"), &password("ann")).await);
    let spelt_otherwise = nobody.tries_to_log_in("ANN@example.COM", &password("ann")).await;
    seconds(spelt_otherwise);
    nobody.logs_in("bob").await.is_accepted().await;
    app.advance_clock(Duration::seconds(wait));
    nobody.logs_in("ann").await.is_accepted().await;
}

#[actix_web::test]
async fn an_unknown_account_is_limited_as_a_known_one() {
    let app = limited().await;
    let nobody = app.anonymous();
    nobody.signs_up("ann").await;
    for name in ["ann", "nobody"] {
        let guess = async || nobody.tries_to_log_in(&email(name), "wrong").await;
        let guesses = join_all((0..15).map(|_| guess())).await;
        assert_eq!(counted(guesses), BTreeMap::from([(401, 10), (429, 5)]), "{name}");
    }
}

#[actix_web::test]
async fn who_knows_the_password_logs_in_as_often_as_they_like() {
    let app = limited().await;
    app.anonymous().signs_up("ann").await;
    for _ in 0..15 {
        app.anonymous().logs_in("ann").await;
    }
}

#[actix_web::test]
async fn a_header_makes_nobody_another_unless_a_proxy_says_it() {
    let app = limited().await;
    app.anonymous().signs_up("ann").await;
    let nobody = app.anonymous();
    let spoofed: Vec<_> = (0..30).map(|number| format!("198.51.100.{number}")).collect();
    let guesses = join_all(spoofed.iter().map(|address| nobody.logs_in_from(address, "ann", "wrong"))).await;
    assert_eq!(counted(guesses), BTreeMap::from([(401, 10), (429, 20)]));
    for (name, value) in [("forwarded", "for=192.0.2.7"), ("x-real-ip", "192.0.2.8"), ("cf-connecting-ip", "192.0.2.9")]
    {
        let guess = nobody.request(Method::POST, "/api/auth/login").header(name, value);
        seconds(ApiResponse::to(guess.json(&json!({"email": email("ann"), "password": "wrong"}))).await);
    }
}

#[actix_web::test]
async fn behind_a_proxy_each_client_is_counted() {
    let app = behind_a_proxy().await;
    app.anonymous().signs_up("ann").await;
    let nobody = app.anonymous();
    for address in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        let guesses = join_all((0..12).map(|_| nobody.logs_in_from(address, "ann", "wrong"))).await;
        assert_eq!(counted(guesses), BTreeMap::from([(401, 10), (429, 2)]), "{address}");
    }
    // what the client wrote stands to the left of what the proxy added
    seconds(nobody.logs_in_from("192.0.2.1, 198.51.100.1", "ann", "wrong").await);
    // a customer has a /64
    for address in ["2001:db8::2", "2001:db8:0:0:ffff::", "[2001:db8::3]:4711"] {
        seconds(nobody.logs_in_from(address, "ann", "wrong").await);
    }
    nobody.logs_in_from("2001:db8:0:1::1", "ann", "wrong").await.rejects_the_log_in();
}

#[actix_web::test]
async fn no_stranger_locks_an_owner_out() {
    let app = behind_a_proxy().await;
    let nobody = app.anonymous();
    let account = json!({"name": "ann", "email": email("ann"), "password": password("ann")});
    nobody.posts_from("203.0.113.7", "/api/auth/signup", &account).await.is(201);
    let strangers: Vec<_> = (0..70).map(|number| format!("198.51.100.{number}")).collect();
    for some in strangers.chunks(35) {
        join_all(some.iter().map(|address| nobody.logs_in_from(address, "ann", "wrong"))).await;
    }
    seconds(nobody.logs_in_from("198.51.100.200", "ann", "wrong").await);
    nobody.logs_in_from("203.0.113.7", "ann", &password("ann")).await.is(200);
    nobody.logs_in_from("203.0.113.7", "ann", "wrong").await.rejects_the_log_in();
    nobody.logs_in_from("203.0.113.7", "ann", &password("ann")).await.is(200);
}

#[actix_web::test]
async fn sign_ups_are_limited_by_address() {
    let app = behind_a_proxy().await;
    let nobody = app.anonymous();
    let account = json!({"name": "ann", "email": email("ann"), "password": password("ann")});
    let tries = join_all((0..25).map(|_| nobody.posts_from("198.51.100.1", "/api/auth/signup", &account))).await;
    assert_eq!(counted(tries), BTreeMap::from([(201, 1), (409, 19), (429, 5)]));
    nobody.posts_from("198.51.100.2", "/api/auth/signup", &account).await.is_problem(409, "email-taken");
}

/// One comes back a second: so a few more pass while they come.
#[actix_web::test]
async fn refreshes_are_limited_by_address() {
    let app = behind_a_proxy().await;
    let nobody = app.anonymous();
    let token = json!({"refresh_token": "garbage"});
    let begun = std::time::Instant::now();
    let tries = join_all((0..200).map(|_| nobody.posts_from("198.51.100.1", "/api/auth/refresh", &token))).await;
    let counts = counted(tries);
    let more = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    assert!((120..=120 + more).contains(&counts[&401]) && counts.len() == 2, "{counts:?} and {more}");
    nobody.posts_from("198.51.100.2", "/api/auth/refresh", &token).await.rejects_the_refresh_token();
}

#[actix_web::test]
async fn a_stolen_token_is_no_means_to_guess_the_password() {
    let app = limited().await;
    let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
    let guess = json!({"current_password": "wrong", "new_password": "another of her own"});
    let farewell =
        |client: &ApiClient| client.request(Method::DELETE, "/api/auth/me").json(&json!({"password": "wrong"}));
    let mut tries = join_all((0..8).map(|_| ann.post("/api/auth/password", guess.clone()))).await;
    tries.extend(join_all((0..8).map(|_| ApiResponse::to(farewell(&ann)))).await);
    assert_eq!(counted(tries), BTreeMap::from([(422, 10), (429, 6)]));
    ApiResponse::to(farewell(&bob)).await.is(422);
    ann.is_still_signed_in().await;
}

#[actix_web::test]
async fn what_is_no_attempt_is_not_counted() {
    let app = limited().await;
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
