//! The user: profile, password, deletion.

use serde_json::{Value, json};

use crate::support::{BetterAuthUser, email, on_both, password};

const NEW_PASSWORD: &str = "another one of hers";

async fn code(client: &BetterAuthUser, path: &str, body: Value) -> String {
    client.post(path, body).await.is(400).json()["code"].as_str().unwrap().to_owned()
}

on_both! {
    with accounts:

    the_profile_changes(app) {
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        let response = ann.post("/api/auth/update-user", json!({ "name": "Anna", "image": "https://example.com/a.png" })).await.is(200);
        assert!(response.header("set-cookie").unwrap().contains(ann.session_token()));
        let user = |client: &BetterAuthUser| { let request = client.request(reqwest::Method::GET, "/api/auth/get-session"); async move { crate::support::ApiResponse::to(request).await.json()["user"].take() } };
        assert_eq!((&user(&ann).await["name"], &user(&ann).await["image"]), (&json!("Anna"), &json!("https://example.com/a.png")));
        ann.post("/api/auth/update-user", json!({ "image": null })).await.is(200);
        assert_eq!((&user(&ann).await["name"], &user(&ann).await["image"]), (&json!("Anna"), &Value::Null));
        assert_eq!(user(&bob).await["name"], "bob");
        assert_eq!(code(&ann, "/api/auth/update-user", json!({ "email": "x@example.com" })).await, "EMAIL_CAN_NOT_BE_UPDATED");
        assert_eq!(ann.post("/api/auth/update-user", json!({})).await.is(400).json()["message"], "No fields to update");
    }

    a_password_change_keeps_the_sessions_unless_told_otherwise(app) {
        let (ann, other) = (app.signs_up_in_a_browser("ann").await, app.signs_in_in_a_browser("ann").await);
        let change = |from: &str, to: &str, revoke: bool| json!({ "currentPassword": from, "newPassword": to, "revokeOtherSessions": revoke });
        assert_eq!(code(&ann, "/api/auth/change-password", change("wrong", NEW_PASSWORD, true)).await, "INVALID_PASSWORD");
        assert_eq!(code(&ann, "/api/auth/change-password", change(&password("ann"), "password1", true)).await, "PASSWORD_COMPROMISED");
        let kept = ann.post("/api/auth/change-password", change(&password("ann"), NEW_PASSWORD, false)).await.is(200);
        assert_eq!((kept.json()["token"].take(), kept.header("set-cookie")), (Value::Null, None));
        assert!(other.is_known().await);

        let token = other.token().await;
        let replaced = ann.post("/api/auth/change-password", change(NEW_PASSWORD, &password("ann"), true)).await.is(200);
        assert!(!other.is_known().await && !ann.is_known().await);
        app.bearer(token).get("/api/tasks").await.rejects_the_token();
        let new = app.browser().with_bearer(replaced.json()["token"].as_str().unwrap());
        assert!(new.is_known().await);
        assert!(replaced.header("set-cookie").unwrap().contains(replaced.json()["token"].as_str().unwrap()));
        app.signs_in_in_a_browser("ann").await;
    }

    a_password_is_verified(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        ann.post("/api/auth/verify-password", json!({ "password": password("ann") })).await.is(200);
        assert_eq!(code(&ann, "/api/auth/verify-password", json!({ "password": "wrong" })).await, "INVALID_PASSWORD");
    }

    a_deleted_user_leaves_nothing(app) {
        let (ann, bob) = (app.signs_up_in_a_browser("ann").await, app.signs_up_in_a_browser("bob").await);
        let (token, kept) = (ann.token().await, bob.token().await);
        app.bearer(token.clone()).creates_a_task("Buy milk").await;
        app.bearer(kept.clone()).creates_a_task("Buy bread").await;
        assert_eq!(code(&ann, "/api/auth/delete-user", json!({ "password": "wrong" })).await, "INVALID_PASSWORD");
        ann.post("/api/auth/delete-user", json!({ "password": "" , "token": "forged" })).await.is(404);
        let deleted = ann.post("/api/auth/delete-user", json!({ "password": password("ann") })).await.is(200);
        assert_eq!(deleted.json(), json!({ "success": true, "message": "User deleted" }));
        assert!(!ann.is_known().await);
        app.bearer(token).get("/api/tasks").await.rejects_the_token();
        app.browser().post("/api/auth/sign-in/email", json!({ "email": email("ann"), "password": password("ann") })).await.is(401);
        assert_eq!(app.bearer(kept).titles("").await, ["Buy bread"]);
    }

    accounts_are_listed(app) {
        let ann = app.signs_up_in_a_browser("ann").await;
        let accounts = ann.get("/api/auth/list-accounts").await.is(200).json();
        assert_eq!(accounts.as_array().unwrap().len(), 1);
        assert_eq!((&accounts[0]["providerId"], &accounts[0]["accountId"]), (&json!("credential"), &json!(ann.id())));
        assert!(!accounts.to_string().contains("password"), "{accounts}");
    }
}
