//! Sign-up and sign-in: the responses, and the errors with their codes.

use serde_json::{Value, json};

use crate::support::{ApiResponse, TestApp, email, on_both, password};

const SIGN_UP: &str = "/api/auth/sign-up/email";
const SIGN_IN: &str = "/api/auth/sign-in/email";

async fn error(app: &TestApp, path: &str, body: Value) -> (u16, String, String) {
    let response = app.browser().post(path, body).await;
    let problem = response.json();
    let text = |member: &str| problem[member].as_str().unwrap_or_default().to_owned();
    assert_eq!(problem["detail"], problem["message"]);
    (response.status.as_u16(), text("code"), text("message"))
}

fn expect(status: u16, code: &str, message: &str) -> (u16, String, String) {
    (status, code.to_owned(), message.to_owned())
}

on_both! {
    with accounts:

    a_sign_up_is_a_user_of_both_apis(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        assert_eq!(ann.user()["email"], email("ann"));
        let tokens = app.anonymous().logs_in("ann").await;
        assert_eq!(tokens.id(), ann.id());
        let again = app.signs_in_in_a_browser("ann").await;
        assert_eq!(again.id(), ann.id());
        assert_ne!(again.session_token(), ann.session_token());
    }

    an_access_token_of_the_session_reaches_the_tasks(app) {
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        let (client, other) = (app.bearer(ann.token().await), app.bearer(bob.token().await));
        let task = client.creates_a_task("Buy milk").await;
        assert_eq!(task["user_id"], ann.id());
        client.sees(&task).await;
        other.cannot_see(&task).await;
        let from_header = ann.get("/api/auth/get-session").await.is(200).header("set-auth-jwt").unwrap().to_owned();
        app.bearer(from_header).sees(&task).await;
        ann.signs_out().await;
        client.get("/api/tasks").await.rejects_the_token();
        other.get("/api/tasks").await.is(200);
    }

    sign_up_errors_are_better_auths(app) {
        app.signs_up_in_a_browser("ann").await;
        let user = |name: Value, email: Value, password: Value| json!({ "name": name, "email": email, "password": password });
        let (name, good) = (json!("Eve"), json!("correct horse battery"));
        for (body, expected) in [
            (user(name.clone(), json!("ANN@example.com"), good.clone()), expect(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "User already exists. Use another email.")),
            (user(name.clone(), json!("eve"), good.clone()), expect(400, "VALIDATION_ERROR", "[body.email] Invalid email address")),
            (user(name.clone(), json!(" eve@example.com"), good.clone()), expect(400, "VALIDATION_ERROR", "[body.email] Invalid email address")),
            (user(name.clone(), json!(""), good.clone()), expect(400, "VALIDATION_ERROR", "[body.email] Invalid email address")),
            (user(json!(5), json!("eve@example.com"), good), expect(400, "VALIDATION_ERROR", "[body.name] Invalid input: expected string, received number")),
            (user(name.clone(), json!("eve@example.com"), json!("short")), expect(400, "PASSWORD_TOO_SHORT", "Password too short")),
            (user(name.clone(), json!("eve@example.com"), json!("x".repeat(129))), expect(400, "PASSWORD_TOO_LONG", "Password too long")),
            (user(name, json!("eve@example.com"), json!("password1")), expect(400, "PASSWORD_COMPROMISED", "The password is one of the most common. Please choose a different password.")),
        ] {
            assert_eq!(error(&app, SIGN_UP, body).await, expected);
        }
        assert_eq!(error(&app, SIGN_IN, json!({ "email": "eve@example.com", "password": "correct horse battery" })).await.0, 401);
    }

    a_name_has_at_most_255_characters(app) {
        let sign_up = |name: &str| json!({ "name": name, "email": email("ann"), "password": password("ann") });
        let too_long = expect(400, "VALIDATION_ERROR", "[body.name] Too big: expected string to have <=255 characters");
        assert_eq!(error(&app, SIGN_UP, sign_up(&"ä".repeat(256))).await, too_long);
        app.browser().post(SIGN_UP, sign_up(&"ä".repeat(255))).await.is(200);
        let ann = app.signs_in_in_a_browser("ann").await;
        ann.post("/api/auth/update-user", json!({ "name": "ä".repeat(256) })).await.is(400);
    }

    a_failed_sign_in_does_not_tell_why(app) {
        app.signs_up_in_a_browser("ann").await;
        let wrong = json!({ "email": email("ann"), "password": "wrong" });
        let unknown = json!({ "email": "nobody@example.com", "password": "wrong" });
        let wrong = app.browser().post(SIGN_IN, wrong).await.is(401);
        let unknown = app.browser().post(SIGN_IN, unknown).await.is(401);
        wrong.is_same_as(&unknown);
        assert_eq!(wrong.json()["code"], "INVALID_EMAIL_OR_PASSWORD");
        assert_eq!(error(&app, SIGN_IN, json!({ "email": "ann", "password": "x" })).await, expect(400, "INVALID_EMAIL", "Invalid email"));
    }

    unknown_members_are_ignored(app) {
        let user = json!({ "name": "", "email": email("ann"), "password": password("ann"), "role": "admin", "emailVerified": true, "id": "chosen" });
        let response = app.browser().post(SIGN_UP, user).await.is(200).json();
        assert_eq!(response["user"]["emailVerified"], false);
        assert_ne!(response["user"]["id"], "chosen");
    }

    a_callback_url_makes_the_client_navigate(app) {
        app.signs_up_in_a_browser("ann").await;
        let sign_in = |url: &str| json!({ "email": email("ann"), "password": password("ann"), "callbackURL": url });
        for url in ["/dashboard", "http://localhost:3000/dashboard"] {
            let response = app.browser().post(SIGN_IN, sign_in(url)).await.is(200);
            assert_eq!(response.header("location"), Some(url));
            assert_eq!((&response.json()["redirect"], &response.json()["url"]), (&json!(true), &json!(url)));
        }
        for url in ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example", "http://localhost:3000.evil.example", "/a\tb", "http://localhost:3000/a\r\nset-cookie: x=y"] {
            assert_eq!(error(&app, SIGN_IN, sign_in(url)).await, expect(403, "INVALID_CALLBACK_URL", "Invalid callbackURL"), "{url}");
        }
        let in_the_query = format!("{SIGN_IN}?callbackURL=https%3A%2F%2Fevil.example");
        assert_eq!(error(&app, &in_the_query, sign_in("")).await.1, "INVALID_CALLBACK_URL");
        let number = json!({ "email": email("ann"), "password": password("ann"), "callbackURL": 1 });
        assert_eq!(error(&app, SIGN_IN, number).await, expect(400, "VALIDATION_ERROR", "Invalid callbackURL: expected a string"));
    }
}

#[actix_web::test]
async fn without_accounts_the_routes_do_not_exist() {
    let app = TestApp::start(crate::support::Backend::Sqlite).await;
    for path in [SIGN_UP, SIGN_IN, "/api/sign-in/email", "/api/auth/sign-out"] {
        let response: ApiResponse = app.browser().post(path, json!({})).await;
        response.is_problem(404, "not-found");
    }
}
