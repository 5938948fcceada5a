//! With `REQUIRE_EMAIL_VERIFICATION=on`, a user logs in only after they have verified their address.

use serde_json::{Value, json};

use super::{assert_recipients, follow, with_mail};
use crate::support::{ApiResponse, TestApp, email, password};

async fn sign_up(app: &TestApp, name: &str) -> ApiResponse {
    let body = json!({ "name": name, "email": email(name), "password": password(name), "callbackURL": "/welcome" });
    app.browser().post("/api/auth/sign-up/email", body).await
}

async fn sign_in(app: &TestApp, name: &str, password: &str) -> ApiResponse {
    app.browser().post("/api/auth/sign-in/email", json!({ "email": email(name), "password": password })).await
}

with_mail! {
    [("REQUIRE_EMAIL_VERIFICATION", "on")]

    a_user_of_better_auths_client_verifies_first(app, mail) {
        let signed_up = sign_up(&app, "ann").await.is(200);
        assert_eq!((signed_up.json()["token"].take(), signed_up.header("set-cookie"), signed_up.header("set-auth-token")), (Value::Null, None, None));
        mail.mail_to(&email("ann"), 1).await;
        assert_eq!(sign_in(&app, "ann", &password("ann")).await.is_problem(403, "forbidden").json()["code"], "EMAIL_NOT_VERIFIED");
        assert_eq!(sign_in(&app, "ann", "wrong").await.is(401).json()["code"], "INVALID_EMAIL_OR_PASSWORD");
        app.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.is_problem(403, "forbidden");
        mail.mail_to(&email("ann"), 3).await;
        let received = mail.mail_to(&email("ann"), 2).await;
        assert_eq!(follow(&app.browser(), received.path()).await, "http://localhost:3000/");
        sign_in(&app, "ann", &password("ann")).await.is(200);
        app.anonymous().logs_in("ann").await.is_accepted().await;
    }

    a_user_of_the_service_verifies_first(app, mail) {
        let signed_up = app.anonymous().tries_to_sign_up("ann").await.is_problem(403, "forbidden");
        let received = mail.mail_to(&email("ann"), 1).await;
        app.anonymous().tries_to_sign_up("ann").await.is_same_as(&signed_up);
        app.anonymous().tries_to_log_in(&email("ann"), "wrong").await.rejects_the_log_in();
        app.browser().get(received.path()).await.is(302);
        app.anonymous().logs_in("ann").await.is_accepted().await;
    }

    a_taken_address_is_not_revealed(app, mail) {
        let first = sign_up(&app, "ann").await.is(200).json();
        mail.mail_to(&email("ann"), 1).await;
        let body = json!({ "name": "Eve", "email": email("ann"), "password": "a password of hers" });
        let second = app.browser().post("/api/auth/sign-up/email", body).await.is(200).json();
        let members = |response: &Value| response["user"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(members(&first), members(&second));
        assert_eq!((&second["token"], &second["user"]["name"], &second["user"]["emailVerified"]), (&Value::Null, &json!("Eve"), &json!(false)));
        assert_ne!(first["user"]["id"], second["user"]["id"]);
        sign_in(&app, "ann", "a password of hers").await.is(401);
        assert_recipients(&mail, &[&email("ann")]);
    }
}
