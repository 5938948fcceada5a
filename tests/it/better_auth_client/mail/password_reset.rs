//! The reset of a forgotten password.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{assert_recipients, follow, with_mail};
use crate::support::{ApiResponse, BetterAuthUser, MailServer, SqlConnection, TestApp, email, password};

const REQUEST: &str = "/api/auth/request-password-reset";
const RESET: &str = "/api/auth/reset-password";
const NEW_PASSWORD: &str = "another one of hers";

async fn request(app: &TestApp, email: &str) -> ApiResponse {
    app.browser().post(REQUEST, json!({ "email": email, "redirectTo": "/new-password" })).await
}

/// Requests a mail and returns the token that its link hands to the page.
async fn mailed_token(app: &TestApp, mail: &MailServer, name: &str, number: usize) -> String {
    request(app, &email(name)).await.is(200);
    let received = mail.mail_to(&email(name), number).await;
    let page = follow(&app.browser(), received.path()).await;
    page.strip_prefix("http://localhost:3000/new-password?token=").expect("a token").to_owned()
}

async fn reset(app: &TestApp, token: &str, password: &str) -> ApiResponse {
    app.browser().post(RESET, json!({ "newPassword": password, "token": token })).await
}

async fn sign_in(app: &TestApp, name: &str, password: &str) -> u16 {
    let body = json!({ "email": email(name), "password": password });
    app.browser().post("/api/auth/sign-in/email", body).await.status.as_u16()
}

#[track_caller]
fn assert_code(response: ApiResponse, status: u16, code: &str) {
    assert_eq!(response.is(status).json()["code"], code);
}

with_mail! {
    []

    a_mailed_link_resets_the_password_once(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        request(&app, "ANN@example.com").await.is(200);
        let received = mail.mail_to(&email("ann"), 1).await;
        assert!(received.link().starts_with("http://api.example.com/api/auth/reset-password/"), "{}", received.text);
        for part in ["From: Tasks <no-reply@example.com>", "Subject: Reset your password", "Auto-Submitted: auto-generated", "text/plain", "text/html", "Message-ID:", "Date:"] {
            assert!(received.text.contains(part), "{part}: {}", received.text);
        }
        let page = follow(&app.browser(), received.path()).await;
        let token = page.strip_prefix("http://localhost:3000/new-password?token=").unwrap();
        assert!(token.len() == 24 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");

        assert_eq!(reset(&app, token, NEW_PASSWORD).await.is(200).json(), json!({ "status": true }));
        assert_eq!((sign_in(&app, "ann", &password("ann")).await, sign_in(&app, "ann", NEW_PASSWORD).await), (401, 200));
        assert_code(reset(&app, token, "yet another of hers").await, 400, "INVALID_TOKEN");
        assert_eq!(sign_in(&app, "ann", NEW_PASSWORD).await, 200);
        assert_eq!(follow(&app.browser(), received.path()).await, "http://localhost:3000/new-password?error=INVALID_TOKEN");
    }

    a_reset_ends_all_sessions_and_tokens(app, mail) {
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        let (access_token, tokens) = (ann.token().await, app.anonymous().logs_in("ann").await);
        let token = mailed_token(&app, &mail, "ann", 1).await;
        tokens.is_accepted().await;
        reset(&app, &token, NEW_PASSWORD).await.is(200);
        assert!(!ann.is_known().await);
        app.bearer(access_token).get("/api/tasks").await.rejects_the_token();
        tokens.is_signed_out().await;
        assert!(bob.is_known().await);
    }

    the_token_is_stored_only_as_a_hash(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let token = mailed_token(&app, &mail, "ann", 1).await;
        let database = SqlConnection::on(&app.database()).await;
        let identifiers = database.column("select identifier from verification").await;
        assert!(identifiers.len() == 1 && identifiers[0].len() == 43 && !identifiers[0].contains(&token), "{identifiers:?}");
        assert_eq!(database.column("select value from verification").await, [ann.id()]);
        assert_code(reset(&app, &identifiers[0], NEW_PASSWORD).await, 400, "INVALID_TOKEN");
    }

    an_unknown_address_gets_the_same_response_and_no_mail(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        let (unknown, known) = (request(&app, "nobody@example.com").await.is(200), request(&app, &email("ann")).await.is(200));
        known.is_same_as(&unknown);
        assert_eq!(known.json(), json!({ "status": true, "message": "If this email exists in our system, check your email for the reset link" }));
        mail.mail_to(&email("ann"), 1).await;
        assert_recipients(&mail, &[&email("ann")]);
    }

    a_link_expires_after_an_hour(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        let token = mailed_token(&app, &mail, "ann", 1).await;
        app.advance_clock(chrono::Duration::minutes(61));
        assert_code(reset(&app, &token, NEW_PASSWORD).await, 400, "INVALID_TOKEN");
        assert_eq!(sign_in(&app, "ann", &password("ann")).await, 200);
    }

    a_reset_voids_the_other_links(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        app.signs_up_in_a_browser("bob").await;
        let bobs = mailed_token(&app, &mail, "bob", 1).await;
        let (first, second) = (mailed_token(&app, &mail, "ann", 1).await, mailed_token(&app, &mail, "ann", 2).await);
        reset(&app, &first, NEW_PASSWORD).await.is(200);
        assert_code(reset(&app, &second, "yet another of hers").await, 400, "INVALID_TOKEN");
        reset(&app, &bobs, "another one of his").await.is(200);
    }

    of_simultaneous_resets_one_succeeds(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        let token = mailed_token(&app, &mail, "ann", 1).await;
        let passwords: Vec<_> = (0..6).map(|number| format!("password number {number}")).collect();
        let responses = join_all(passwords.iter().map(|password| reset(&app, &token, password))).await;
        let succeeded: Vec<_> = responses.iter().zip(&passwords).filter(|(response, _)| response.status == 200).collect();
        assert_eq!(succeeded.len(), 1, "{responses:?}");
        assert_eq!(sign_in(&app, "ann", succeeded[0].1).await, 200);
    }

    a_rejected_password_leaves_the_link_valid(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        let token = mailed_token(&app, &mail, "ann", 1).await;
        assert_code(reset(&app, &token, "short").await, 400, "PASSWORD_TOO_SHORT");
        assert_code(reset(&app, &token, &"x".repeat(129)).await, 400, "PASSWORD_TOO_LONG");
        assert_code(reset(&app, &token, "password1").await, 400, "PASSWORD_COMPROMISED");
        let by_query = format!("{RESET}?token={token}");
        app.browser().post(&by_query, json!({ "newPassword": NEW_PASSWORD })).await.is(200);
    }

    other_texts_are_no_tokens(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        let valid = mailed_token(&app, &mail, "ann", 1).await;
        for text in [&valid[1..], &format!("{valid}x"), &format!("{valid}%"), "", "\u{0}", "ü", "%", "' or 1=1 --", &"x".repeat(4_000)] {
            assert_code(reset(&app, text, NEW_PASSWORD).await, 400, if text == "\u{0}" { "MALFORMED_REQUEST" } else { "INVALID_TOKEN" });
        }
        for segment in ["%00", "%FF", "x".repeat(4_000).as_str(), &valid[1..]] {
            let page = follow(&app.browser(), &format!("/api/auth/reset-password/{segment}?callbackURL=%2Fnew")).await;
            assert_eq!(page, "http://api.example.com/new?error=INVALID_TOKEN", "{segment}");
        }
        assert_eq!(sign_in(&app, "ann", &password("ann")).await, 200);
    }

    a_link_leads_to_trusted_pages_only(app, mail) {
        app.signs_up_in_a_browser("ann").await;
        let token = mailed_token(&app, &mail, "ann", 1).await;
        for page in ["https://evil.example/new", "//evil.example", "javascript:alert(1)", "http://localhost:3000.evil.example"] {
            let body = json!({ "email": email("ann"), "redirectTo": page });
            assert_code(app.browser().post(REQUEST, body).await, 403, "INVALID_REDIRECT_URL");
            let link = format!("/api/auth/reset-password/{token}?callbackURL={page}");
            assert_code(app.browser().get(&link).await, 403, "INVALID_CALLBACK_URL");
        }
        app.browser().get(&format!("/api/auth/reset-password/{token}")).await.is_problem(400, "malformed-request");
        let alias = format!("/api/reset-password/{token}?callbackURL=http%3A%2F%2Flocalhost%3A3000%2Fnew%3Fa%3Db%26token%3Dx");
        assert_eq!(follow(&app.browser(), &alias).await, format!("http://localhost:3000/new?a=b&token={token}"));
        assert_recipients(&mail, &[&email("ann")]);
    }

    a_user_without_a_password_gets_one(app, mail) {
        let ann: BetterAuthUser = app.signs_up_in_a_browser("ann").await;
        SqlConnection::on(&app.database()).await.run("delete from account").await;
        assert_eq!(sign_in(&app, "ann", &password("ann")).await, 401);
        let token = mailed_token(&app, &mail, "ann", 1).await;
        reset(&app, &token, NEW_PASSWORD).await.is(200);
        let again = app.browser().post("/api/auth/sign-in/email", json!({ "email": email("ann"), "password": NEW_PASSWORD })).await;
        assert_eq!(again.is(200).json()["user"]["id"], ann.id());
    }

    a_deleted_user_has_no_password(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let token = mailed_token(&app, &mail, "ann", 1).await;
        ann.post("/api/auth/delete-user", json!({ "password": password("ann") })).await.is(200);
        assert_code(reset(&app, &token, NEW_PASSWORD).await, 400, "USER_NOT_FOUND");
        assert_eq!(app.browser().post(REQUEST, Value::Null).await.status, 400);
    }
}
