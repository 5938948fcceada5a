//! The cookie: its form, and forgeries of it.

use aws_lc_rs::hmac;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, Backend, BetterAuthUser, SECRET, TestApp, email, on_both, password};

const NAME: &str = "better-auth.session_token";

fn signature(secret: &str, value: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, value.as_bytes()).as_ref().to_vec()
}

fn signed(secret: &str, value: &str) -> String {
    format!("{value}.{}", BASE64_STANDARD.encode(signature(secret, value)))
}

fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

async fn is_accepted(app: &TestApp, cookie: &str) -> bool {
    app.browser().with_cookie(NAME, cookie).is_known().await
}

on_both! {
    with accounts:

    the_cookie_has_better_auths_form(app) {
        let body = json!({ "name": "ann", "email": email("ann"), "password": password("ann") });
        let response = app.browser().post("/api/auth/sign-up/email", body).await.is(200);
        let token = response.json()["token"].as_str().unwrap().to_owned();
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
        let expected = format!("{NAME}={}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax", encoded(&signed(SECRET, &token)));
        assert_eq!(response.header("set-cookie"), Some(expected.as_str()));
        assert_eq!(response.header("set-auth-token"), Some(signed(SECRET, &token).as_str()));
        assert!(is_accepted(&app, &signed(SECRET, &token)).await, "not percent-encoded");
    }

    forged_cookies_are_no_session(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let (token, genuine) = (ann.session_token(), ann.cookie("session_token"));
        assert!(is_accepted(&app, genuine).await);
        let url_safe = BASE64_URL_SAFE_NO_PAD.encode(signature(SECRET, token));
        let dont_remember = signed(SECRET, "true");
        for forged in [
            token.to_owned(),
            format!("{token}."),
            genuine[..genuine.len() - 4].to_owned(),
            genuine[1..].to_owned(),
            encoded(&signed("another-secret-of-more-than-32-bytes-in-all", token)),
            format!("{token}.{url_safe}"),
            format!("{token}.{}", dont_remember.split_once('.').unwrap().1),
            dont_remember,
            encoded(genuine),
            encoded(&signed(SECRET, &"x".repeat(32))),
            signed(SECRET, ""),
            format!("{genuine}.{genuine}"),
            "x".repeat(6_000),
            "%ff%00".into(),
            String::new(),
        ] {
            assert!(!is_accepted(&app, &forged).await, "{forged}");
        }
    }

    two_different_cookies_are_no_session(app) {
        let (ann, eve) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("eve").await);
        let get = |cookies: String| {
            let request = reqwest::Client::new().get(format!("{}/api/auth/get-session", app.base())).header("cookie", cookies);
            async move { request.send().await.unwrap().json::<Value>().await.unwrap()["user"]["name"].take() }
        };
        let (hers, planted) = (ann.cookie("session_token"), eve.cookie("session_token"));
        assert_eq!(get(format!("{NAME}={planted}; {NAME}={hers}")).await, Value::Null);
        assert_eq!(get(format!("{NAME}={hers}; {NAME}={planted}")).await, Value::Null);
        assert_eq!(get(format!("{NAME}={hers}; theme=dark; {NAME}={hers}")).await, "ann");
    }

    a_session_of_the_service_has_no_cookie(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let browser = app.browser().with_bearer(&ann.token().unwrap());
        let listed = browser.sessions().await;
        let placeholder = listed[0]["token"].as_str().unwrap();
        assert!(placeholder.starts_with("taskbridge."), "{placeholder}");
        assert!(!app.browser().with_bearer(placeholder).is_known().await);
        assert!(!is_accepted(&app, placeholder).await);
    }

    bearer_clients_need_no_cookie(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let token = ann.session_token();
        let access_token = ann.token().await;
        for bearer in [token.to_owned(), signed(SECRET, token), encoded(&signed(SECRET, token)), access_token] {
            let session = app.browser().with_bearer(&bearer).get("/api/auth/get-session").await.is(200).json();
            assert_eq!(session["session"]["token"], token, "{bearer}");
        }
    }
}

/// A browser keeps a `__Secure-` cookie only from https, and a sibling domain cannot set a cookie without it here.
#[actix_web::test]
async fn a_cookie_without_the_secure_prefix_is_ignored_on_https() {
    let settings = [
        ACCOUNTS,
        ("PUBLIC_URL", "https://api.example.com"),
        ("COOKIE_SAME_SITE", "none"),
        ("COOKIE_DOMAIN", "example.com"),
    ];
    let app = TestApp::start_with(Backend::Sqlite, settings).await;
    let ann: BetterAuthUser = app.signs_up_in_a_browser("ann").await;
    assert!(ann.is_known().await);
    for name in [NAME, "__Host-better-auth.session_token", "__secure-better-auth.session_token"] {
        assert!(!app.browser().with_cookie(name, ann.cookie("session_token")).is_known().await, "{name}");
    }
    let sign_out = ann.post("/api/auth/sign-out", json!({})).await.is(200);
    let cleared: Vec<_> =
        sign_out.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    for cookie in cleared {
        assert!(
            cookie.starts_with("__Secure-better-auth.")
                && cookie.ends_with("=; Max-Age=0; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=None"),
            "{cookie}"
        );
    }
}
