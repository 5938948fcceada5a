//! The verification of an email address.

use serde_json::{Value, json};

use super::{assert_recipients, follow, is_verified, mark_verified, rejection, token_of, with_mail};
use crate::support::{ApiResponse, BetterAuthUser, email};

const SEND: &str = "/api/auth/send-verification-email";

async fn send(client: &BetterAuthUser, email: &str) -> ApiResponse {
    client.post(SEND, json!({ "email": email, "callbackURL": "/welcome" })).await
}

with_mail! {
    []

    a_mailed_link_verifies_the_address(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        assert_eq!(send(&ann, &email("ann")).await.is(200).json(), json!({ "status": true }));
        let received = mail.mail_to(&email("ann"), 1).await;
        assert!(received.link().starts_with("http://api.example.com/api/auth/verify-email?token="), "{}", received.text);
        assert!(!is_verified(&ann).await);
        assert_eq!(follow(&app.browser(), received.path()).await, "http://localhost:3000/welcome");
        assert!(is_verified(&ann).await);

        assert_eq!(follow(&app.browser(), received.path()).await, "http://localhost:3000/welcome", "a used link is harmless");
        let used = format!("/api/auth/verify-email?token={}", token_of(received.path()));
        assert_eq!(app.browser().get(&used).await.is(200).json(), json!({ "status": true, "user": null }));
    }

    only_the_user_learns_about_the_address(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        app.signs_up_in_a_browser("bob").await;
        mark_verified(&app, "bob").await;
        let unknown = send(&app.browser(), "nobody@example.com").await.is(200);
        for known in ["ann", "bob"] {
            send(&app.browser(), &email(known)).await.is(200).is_same_as(&unknown);
        }
        mail.mail_to(&email("ann"), 1).await;
        assert_recipients(&mail, &[&email("ann")]);
        assert_eq!(send(&ann, &email("bob")).await.is(400).json()["code"], "EMAIL_MISMATCH");
        mark_verified(&app, "ann").await;
        assert_eq!(send(&ann, &email("ann")).await.is(400).json()["code"], "EMAIL_ALREADY_VERIFIED");
    }

    other_tokens_verify_nothing(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let claims = || app.token("ann").without("sub").without("name");
        let access_token = ann.token().await;
        for token in [
            app.token("ann").sign(),
            claims().with("name", "ann").sign(),
            claims().with("sid", "x").sign(),
            claims().without("exp").sign(),
            claims().without("iat").sign(),
            claims().with("exp", "9999999999").sign(),
            claims().with("requestType", "change-email-verification").sign(),
            claims().signed_with("another-secret-of-more-than-32-bytes-in-all").sign(),
            claims().sign().replace('.', ".."),
            access_token,
            "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFubkBleGFtcGxlLmNvbSIsImlhdCI6MSwiZXhwIjo5OTk5OTk5OTk5fQ.".into(),
            String::new(),
            "x".repeat(7_000),
            "%00".into(),
        ] {
            assert_eq!(rejection(&app.browser(), &token).await, "INVALID_TOKEN", "{token}");
        }
        assert_eq!(rejection(&app.browser(), &claims().with("userId", "another").sign()).await, "USER_NOT_FOUND");
        assert_eq!(rejection(&app.browser(), &app.token("bob").without("sub").without("name").with("userId", ann.id()).sign()).await, "INVALID_TOKEN");
        assert_eq!(rejection(&app.browser(), &app.token("bob").without("sub").without("name").sign()).await, "USER_NOT_FOUND");
        assert!(!is_verified(&ann).await);
        app.browser().get(&format!("/api/auth/verify-email?token={}", claims().sign())).await.is(200);
        assert!(is_verified(&ann).await);
        assert_recipients(&mail, &[]);
    }

    a_link_expires_after_an_hour(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        send(&ann, &email("ann")).await.is(200);
        let received = mail.mail_to(&email("ann"), 1).await;
        app.advance_clock(chrono::Duration::minutes(61));
        assert_eq!(follow(&app.browser(), received.path()).await, "http://localhost:3000/welcome?error=TOKEN_EXPIRED");
        let token = token_of(received.path());
        let expired = app.browser().get(&format!("/api/auth/verify-email?token={token}")).await.is_problem(401, "unauthorized");
        assert_eq!(expired.json()["code"], "TOKEN_EXPIRED");
        assert!(!is_verified(&ann).await);
    }

    a_verification_token_is_no_credential(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        send(&ann, &email("ann")).await.is(200);
        let received = mail.mail_to(&email("ann"), 1).await;
        let token = token_of(received.path());
        app.bearer(token).get("/api/tasks").await.rejects_the_token();
        assert!(!app.browser().with_bearer(token).is_known().await);
        let reset = json!({ "newPassword": "another one of hers", "token": token });
        assert_eq!(app.browser().post("/api/auth/reset-password", reset).await.is(400).json()["code"], "INVALID_TOKEN");
    }

    a_link_leads_to_trusted_pages_only(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let token = app.token("ann").without("sub").without("name").sign();
        for page in ["https://evil.example/", "//evil.example", "javascript:alert(1)"] {
            let body = json!({ "email": email("ann"), "callbackURL": page });
            assert_eq!(app.browser().post(SEND, body).await.is(403).json()["code"], "INVALID_CALLBACK_URL");
            let link = format!("/api/auth/verify-email?token={token}&callbackURL={page}");
            assert_eq!(app.browser().get(&link).await.is(403).json()["code"], "INVALID_CALLBACK_URL");
        }
        assert!(!is_verified(&ann).await);
        assert_eq!(app.browser().get("/api/auth/verify-email").await.is(400).json()["code"], "VALIDATION_ERROR");
        assert_eq!(app.browser().post(SEND, Value::Null).await.status, 400);
        assert_recipients(&mail, &[]);
    }
}
