//! Requests of other sites' pages: refused, whether or not the browser sends the cookie.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, ApiResponse, Backend, BetterAuthUser, TestApp, email, on_both, password};

const EVIL: &str = "https://evil.example";

fn code_of(response: ApiResponse) -> String {
    response.is_problem(403, "forbidden").json()["code"].as_str().unwrap().to_owned()
}

on_both! {
    with accounts:

    a_post_with_a_cookie_needs_a_trusted_origin(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let cookie = format!("better-auth.session_token={}", ann.cookie("session_token"));
        let update = |name: &'static str| {
            let client = reqwest::Client::new();
            client.request(Method::POST, format!("{}/api/auth/update-user", app.base())).header("cookie", &cookie).json(&json!({ "name": name }))
        };
        for (headers, expected) in [
            (vec![("origin", EVIL)], "INVALID_ORIGIN"),
            (vec![("origin", "http://localhost:3000.evil.example")], "INVALID_ORIGIN"),
            (vec![("origin", "null")], "MISSING_OR_NULL_ORIGIN"),
            (vec![("origin", "null"), ("sec-fetch-site", "cross-site")], "MISSING_OR_NULL_ORIGIN"),
            (vec![("origin", "null"), ("referer", "http://localhost:3000/")], "MISSING_OR_NULL_ORIGIN"),
            (vec![("referer", "https://evil.example/http://localhost:3000")], "INVALID_ORIGIN"),
            (vec![], "MISSING_OR_NULL_ORIGIN"),
        ] {
            let request = headers.iter().fold(update("Eve"), |request, (name, value)| request.header(*name, *value));
            assert_eq!(code_of(ApiResponse::to(request).await), expected, "{headers:?}");
        }
        assert_eq!(ann.get("/api/auth/get-session").await.json()["user"]["name"], "ann");
        for headers in [vec![("origin", "http://localhost:3000")], vec![("origin", app.base())], vec![("referer", "http://localhost:3000/account")], vec![("origin", "null"), ("sec-fetch-site", "same-origin")]] {
            let request = headers.iter().fold(update("Anna"), |request, (name, value)| request.header(*name, *value));
            ApiResponse::to(request).await.is(200);
        }
    }

    a_page_of_another_site_cannot_sign_in(app) {
        app.signs_up_in_a_browser("ann").await;
        let sign_in = |headers: &[(&'static str, &'static str)]| {
            let request = reqwest::Client::new().post(format!("{}/api/auth/sign-in/email", app.base()));
            let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            ApiResponse::to(request.json(&json!({ "email": email("ann"), "password": password("ann") })))
        };
        assert_eq!(code_of(sign_in(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]).await), "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED");
        assert_eq!(code_of(sign_in(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors"), ("origin", EVIL)]).await), "INVALID_ORIGIN");
        assert_eq!(code_of(sign_in(&[("origin", EVIL)]).await), "INVALID_ORIGIN");
        assert_eq!(code_of(sign_in(&[("sec-fetch-dest", "empty")]).await), "MISSING_OR_NULL_ORIGIN");
        sign_in(&[]).await.is(200);
    }

    a_link_cannot_lead_to_another_site(app) {
        for target in ["/.//evil.example", "/x/..//evil.example", "/%252e//evil.example", "https://evil.example", "//evil.example"] {
            let path = format!("/api/auth/verify-email?token=bad&callbackURL={target}");
            app.browser().get(&path).await.is_problem(403, "forbidden");
        }
    }

    credentials_are_allowed_on_these_routes_only(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let allowed = |client: BetterAuthUser, path: &'static str| async move {
            let response = client.get(path).await;
            response.header("access-control-allow-credentials").map(str::to_owned)
        };
        assert_eq!(allowed(app.browser(), "/api/auth/get-session").await.as_deref(), Some("true"));
        assert_eq!(allowed(app.browser(), "/api/get-session").await.as_deref(), Some("true"));
        assert_eq!(allowed(app.browser(), "/api/auth/token").await.as_deref(), Some("true"), "on errors too");
        assert_eq!(allowed(app.browser().at(EVIL), "/api/auth/get-session").await, None);
        assert_eq!(allowed(app.browser(), "/api/tasks").await, None);
        assert_eq!(allowed(app.browser(), "/api/auth/me").await, None);
        let with_cookie = app.browser().with_cookie("better-auth.session_token", ann.cookie("session_token"));
        with_cookie.get("/api/tasks").await.requires_a_token();
        let preflight = app.browser().request(Method::OPTIONS, "/api/auth/sign-in/email").header("access-control-request-method", "POST");
        let preflight = ApiResponse::to(preflight.header("access-control-request-headers", "content-type")).await.is(200);
        assert_eq!(preflight.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(preflight.header("access-control-allow-origin"), Some("http://localhost:3000"));
    }
}

#[actix_web::test]
async fn the_public_url_is_the_services_own_origin() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS, ("PUBLIC_URL", "https://api.example.com")]).await;
    let body: Value = json!({ "name": "ann", "email": email("ann"), "password": password("ann") });
    let own = app.browser().at("https://api.example.com").post("/api/auth/sign-up/email", body.clone()).await.is(200);
    let cookie = own.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Secure-better-auth.session_token=") && cookie.contains("; Secure"), "{cookie}");
    let host = app.browser().at(app.base()).post("/api/auth/sign-in/email", body).await;
    assert_eq!(code_of(host), "INVALID_ORIGIN");
}
