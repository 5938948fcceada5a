//! The change of an email address.

use serde_json::json;

use super::{assert_recipients, follow, mark_verified, rejection, token_of, with_mail};
use crate::support::{ApiResponse, BetterAuthUser, SqlConnection, TestApp, email, password};

async fn change(user: &BetterAuthUser, new_email: &str) -> ApiResponse {
    user.post("/api/auth/change-email", json!({ "newEmail": new_email, "callbackURL": "/account" })).await
}

async fn address_of(user: &BetterAuthUser) -> String {
    user.get("/api/auth/get-session").await.is(200).json()["user"]["email"].as_str().unwrap().to_owned()
}

async fn can_sign_in(app: &TestApp, email: &str, name: &str) -> bool {
    let body = json!({ "email": email, "password": password(name) });
    app.browser().post("/api/auth/sign-in/email", body).await.status == 200
}

const NEW: &str = "new@example.com";

with_mail! {
    []

    an_address_changes_once_the_new_one_is_verified(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        assert_eq!(change(&ann, "New@Example.com").await.is(200).json(), json!({ "status": true }));
        let received = mail.mail_to(NEW, 1).await;
        assert_eq!(address_of(&ann).await, email("ann"));
        let response = ann.get(received.path()).await.is(302);
        assert_eq!(response.header("location"), Some("http://localhost:3000/account"));
        assert!(response.header("set-cookie").unwrap().contains(ann.session_token()));
        assert_eq!(address_of(&ann).await, NEW);
        assert!(can_sign_in(&app, NEW, "ann").await && !can_sign_in(&app, &email("ann"), "ann").await);
        assert_recipients(&mail, &[NEW]);

        let again = follow(&app.browser(), received.path()).await;
        assert_eq!(again, "http://localhost:3000/account?error=INVALID_TOKEN", "a used link is harmless");
        assert_eq!(change(&ann, NEW).await.is(400).json()["message"], "Email is the same");
    }

    a_verified_address_approves_the_change_first(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        mark_verified(&app, "ann").await;
        change(&ann, NEW).await.is(200);
        let approval = mail.mail_to(&email("ann"), 1).await;
        assert!(approval.text.contains(NEW), "{}", approval.text);
        assert_recipients(&mail, &[&email("ann")]);
        assert_eq!(follow(&app.browser(), approval.path()).await, "http://localhost:3000/account");
        let received = mail.mail_to(NEW, 1).await;
        assert_eq!(address_of(&ann).await, email("ann"));
        let changed = app.browser().get(&format!("/api/auth/verify-email?token={}", token_of(received.path()))).await.is(200).json();
        assert_eq!((&changed["user"]["email"], &changed["user"]["emailVerified"]), (&json!(NEW), &json!(true)));
        assert_eq!(address_of(&ann).await, NEW);
        assert_eq!(rejection(&app.browser(), token_of(approval.path())).await, "INVALID_TOKEN");
    }

    a_taken_address_is_not_revealed_and_not_given(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let free = change(&ann, NEW).await.is(200);
        let received = mail.mail_to(NEW, 1).await;
        let bob = app.signs_up_in_a_browser("bob").await;
        change(&ann, &email("bob")).await.is(200).is_same_as(&free);
        assert_recipients(&mail, &[NEW]);

        SqlConnection::on(&app.database()).await.run(&format!(r#"update "user" set email = '{NEW}' where email = '{}'"#, email("bob"))).await;
        assert_eq!(rejection(&ann, token_of(received.path())).await, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
        assert_eq!((address_of(&ann).await, address_of(&bob).await), (email("ann"), NEW.to_owned()));
    }

    /// The former address belongs to another user by now, whom a link of its former owner must not affect.
    a_link_of_the_former_owner_does_not_change_another_user(app, mail) {
        let mallory = app.signs_up_in_a_browser("ann").await;
        change(&mallory, "mallory@example.com").await.is(200);
        let kept = mail.mail_to("mallory@example.com", 1).await;
        change(&mallory, "elsewhere@example.com").await.is(200);
        let used = mail.mail_to("elsewhere@example.com", 1).await;
        assert_eq!(follow(&app.browser(), used.path()).await, "http://localhost:3000/account");

        let victim = app.signs_up_in_a_browser("ann").await;
        for client in [app.browser(), app.signs_in_in_a_browser("ann").await] {
            let code = rejection(&client, token_of(kept.path())).await;
            assert!(code == "INVALID_TOKEN" || code == "INVALID_USER", "{code}");
        }
        let claims = app.token("ann").without("sub").without("name").with("updateTo", "mallory@example.com");
        for unbound in [claims.clone(), claims.with("requestType", "change-email-verification")] {
            assert_eq!(rejection(&app.browser(), &unbound.sign()).await, "INVALID_TOKEN");
        }
        assert_eq!((address_of(&victim).await, address_of(&mallory).await), (email("ann"), "elsewhere@example.com".to_owned()));
    }

    a_link_does_nothing_in_the_browser_of_another_user(app, mail) {
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        change(&ann, NEW).await.is(200);
        let received = mail.mail_to(NEW, 1).await;
        assert_eq!(rejection(&bob, token_of(received.path())).await, "INVALID_USER");
        assert_eq!((address_of(&ann).await, address_of(&bob).await), (email("ann"), email("bob")));
    }

    links_to_the_former_address_end_with_the_change(app, mail) {
        let ann = app.signs_up_in_a_browser("ann").await;
        app.browser().post("/api/auth/request-password-reset", json!({ "email": email("ann"), "redirectTo": "/new" })).await.is(200);
        let reset = mail.mail_to(&email("ann"), 1).await;
        ann.post("/api/auth/send-verification-email", json!({ "email": email("ann") })).await.is(200);
        let verification = mail.mail_to(&email("ann"), 2).await;
        change(&ann, NEW).await.is(200);
        follow(&app.browser(), mail.mail_to(NEW, 1).await.path()).await;
        assert_eq!(follow(&app.browser(), reset.path()).await, "http://localhost:3000/new?error=INVALID_TOKEN");
        assert_eq!(rejection(&app.browser(), token_of(verification.path())).await, "INVALID_TOKEN");
    }
}
