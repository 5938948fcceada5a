//! Accounts shared with a real Better Auth on the same database.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, BetterAuth, SignedInUser, SqlConnection, email, password};

impl ApiClient {
    async fn signs_up_as(&self, email: &str, password: &str) -> SignedInUser {
        let user = json!({ "name": "ann", "email": email, "password": password });
        self.signed_in_by(self.post("/api/auth/signup", user).await.is(201))
    }

    async fn logs_in_as(&self, email: &str, password: &str) -> SignedInUser {
        self.signed_in_by(self.tries_to_log_in(email, password).await.is(200))
    }
}

const NEW_PASSWORD: &str = "🔐 another one 🔐";

async fn tries_to_sign_in(there: &BetterAuth, email: &str, password: &str) -> ApiResponse {
    there.anonymous().post("/api/auth/sign-in/email", json!({ "email": email, "password": password })).await
}

/// A user of Better Auth with the field names of the service.
fn in_snake_case(user: &Value) -> Value {
    let names = [
        ("id", "id"),
        ("name", "name"),
        ("email", "email"),
        ("email_verified", "emailVerified"),
        ("image", "image"),
        ("created_at", "createdAt"),
        ("updated_at", "updatedAt"),
        ("role", "role"),
        ("active_organization_id", "activeOrganizationId"),
    ];
    names.into_iter().map(|(here, there)| (here.to_owned(), as_the_service_writes(&user[there]))).collect()
}

/// Better Auth writes milliseconds that are zero, the service does not.
fn as_the_service_writes(value: &Value) -> Value {
    let instant = value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    instant.map_or_else(|| value.clone(), |instant| json!(instant))
}

/// Passwords, each with an equivalent Unicode encoding.
fn passwords() -> [(String, String); 7] {
    let emoji = "🔐".repeat(64);
    let same = |password: &str| (password.to_owned(), password.to_owned());
    [
        same("correct horse battery staple"),
        same("  spaces are kept  "),
        same("👩‍👩‍👧 🔐 and 👍🏽"),
        same(&emoji),
        ("p\u{e4}ssw\u{f6}rd-\u{f1}".into(), "pa\u{308}sswo\u{308}rd-n\u{303}".into()),
        ("pa\u{308}sswo\u{308}rd-n\u{303}".into(), "p\u{e4}ssw\u{f6}rd-\u{f1}".into()),
        ("\u{fb01}ne \u{212b}ngström".into(), "fine \u{c5}ngström".into()),
    ]
}

#[actix_web::test]
async fn a_user_of_the_service_signs_in_at_better_auth() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    for (number, (password, alternative)) in passwords().into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let ann = here.anonymous().signs_up_as(&email, &password).await;
        for password in [&password, &alternative] {
            let signed_in = there.signs_in_as(&email, password).await;
            assert_eq!(signed_in.id(), ann.id(), "{password}");
            assert!(signed_in.is_known().await);
        }
        let me = ann.get("/api/auth/me").await.is(200).json();
        assert_eq!(me, in_snake_case(there.signs_in_as(&email, &password).await.user()));
    }
}

#[actix_web::test]
async fn a_user_of_better_auth_logs_in_at_the_service() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    for (number, (password, alternative)) in passwords().into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let ann = there.signs_up_as("ann", &email, &password).await;
        for password in [&password, &alternative] {
            let user_here = here.anonymous().logs_in_as(&email, password).await;
            assert_eq!(user_here.id(), ann.id(), "{password}");
            assert_eq!(&user_here.token_response()["user"], &in_snake_case(ann.user()));
        }
    }
}

#[actix_web::test]
async fn a_wrong_password_is_rejected_by_both() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    here.anonymous().signs_up("ann").await;
    there.signs_up("bob").await;
    for email in [email("ann"), email("bob")] {
        for wrong in ["the password of", "The password of ann", "the password of ann ", "the password of Bob", "x"] {
            tries_to_sign_in(&there, &email, wrong).await.is(401);
            here.anonymous().tries_to_log_in(&email, wrong).await.rejects_the_log_in();
        }
    }
}

#[actix_web::test]
async fn both_accept_the_same_password_lengths() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    for (number, (password, is_valid)) in [
        ("1x-shor".to_owned(), false),
        ("1x-short".into(), true),
        ("🔐🔐🔐x".into(), false),
        ("🔐🔐🔐🔐".into(), true),
        ("a\u{308}".repeat(4), true),
        ("🔐".repeat(64), true),
        (format!("{}x", "🔐".repeat(64)), false),
        ("a\u{308}".repeat(65), false),
        ("\u{fdfa}".repeat(128), true),
    ]
    .into_iter()
    .enumerate()
    {
        let user =
            |side| json!({ "name": "Ann", "email": format!("{side}{number}@example.com"), "password": password });
        let accepted_here = here.anonymous().post("/api/auth/signup", user("here")).await.status == 201;
        let accepted_there = there.anonymous().post("/api/auth/sign-up/email", user("there")).await.status == 200;
        assert_eq!((accepted_here, accepted_there), (is_valid, is_valid), "{password}");
    }
}

#[actix_web::test]
async fn email_addresses_are_case_insensitive_at_both() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let password = password("ann");
    let ann = here.anonymous().signs_up_as("Ann.Lee@Example.COM", &password).await;
    let bob = there.signs_up_as("bob", "Bob.Ray@Example.COM", &password).await;
    assert_eq!(there.signs_in_as("ANN.lee@example.com", &password).await.id(), ann.id());
    assert_eq!(here.anonymous().logs_in_as("BOB.ray@example.com", &password).await.id(), bob.id());
    for email in ["ann.LEE@example.com", "bob.RAY@example.com"] {
        let user = json!({ "name": "Eve", "email": email, "password": password });
        here.anonymous().post("/api/auth/signup", user.clone()).await.is_problem(409, "email-taken");
        there.anonymous().post("/api/auth/sign-up/email", user).await.is(422);
    }
}

#[actix_web::test]
async fn a_password_change_applies_to_better_auth() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let ann = there.signs_up("ann").await;
    let user_here = here.anonymous().logs_in("ann").await;
    let change = json!({ "current_password": password("ann"), "new_password": NEW_PASSWORD });
    user_here.post("/api/auth/password", change).await.is(204);
    tries_to_sign_in(&there, &email("ann"), &password("ann")).await.is(401);
    assert_eq!(there.signs_in_as(&email("ann"), NEW_PASSWORD).await.id(), ann.id());
    assert!(!ann.is_known().await, "a session opened before the change");
    user_here.get("/api/tasks").await.is(200);
}

#[actix_web::test]
async fn a_password_change_at_better_auth_applies_here() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let before = here.anonymous().signs_up("ann").await;
    let change = |from: &str, to: &str, revoke_others: bool| json!({ "currentPassword": from, "newPassword": to, "revokeOtherSessions": revoke_others });
    let ann = there.signs_in("ann").await;
    ann.post("/api/auth/change-password", change(&password("ann"), NEW_PASSWORD, false)).await.is(200);
    here.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.rejects_the_log_in();
    let after = here.anonymous().logs_in_as(&email("ann"), NEW_PASSWORD).await;
    before.is_still_signed_in().await;

    ann.post("/api/auth/change-password", change(NEW_PASSWORD, "and a third one", true)).await.is(200);
    before.is_eventually_signed_out().await;
    after.is_eventually_signed_out().await;
    here.anonymous().logs_in_as(&email("ann"), "and a third one").await.is_still_signed_in().await;
}

/// The sign-up of Better Auth accepts an empty name.
#[actix_web::test]
async fn a_user_without_a_name_can_log_in() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user = json!({ "name": "", "email": email("ann"), "password": password("ann") });
    there.anonymous().post("/api/auth/sign-up/email", user).await.is(200);
    let ann = here.anonymous().logs_in("ann").await;
    assert_eq!(ann.token_response()["user"]["name"], "");
    ann.is_still_signed_in().await;
}

/// A user of a social provider only.
#[actix_web::test]
async fn a_user_without_a_password_cannot_log_in() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    there.signs_up("ann").await;
    let alter = r#"update account set "providerId" = 'google', "accountId" = '1234567890', password = null"#;
    SqlConnection::on(&there.database()).await.run(alter).await;
    for password in [&password("ann"), "", "null"] {
        here.anonymous().tries_to_log_in(&email("ann"), password).await.rejects_the_log_in();
        tries_to_sign_in(&there, &email("ann"), password).await.is(401);
    }
}

#[actix_web::test]
async fn deleting_an_account_deletes_it_for_better_auth() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let ann = there.signs_up("ann").await;
    let user_here = here.anonymous().logs_in("ann").await;
    user_here.creates_a_task("Buy milk").await;
    let deletion = user_here.request(Method::DELETE, "/api/auth/me").json(&json!({ "password": password("ann") }));
    ApiResponse::to(deletion).await.is(204);
    assert!(!ann.is_known().await);
    tries_to_sign_in(&there, &email("ann"), &password("ann")).await.is(401);
    assert_eq!(SqlConnection::on(&there.database()).await.number("select count(*) from task").await, 0);
    assert_ne!(there.signs_up("ann").await.id(), ann.id());
}

#[actix_web::test]
async fn a_user_deleted_by_better_auth_is_signed_out() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let ann = here.anonymous().signs_up("ann").await;
    let bob = here.anonymous().signs_up("bob").await;
    ann.creates_a_task("Buy milk").await;
    let task = bob.creates_a_task("Buy bread").await;
    let signed_in = there.signs_in("ann").await;
    signed_in.post("/api/auth/delete-user", json!({ "password": password("ann") })).await.is(200);
    ann.is_eventually_signed_out().await;
    here.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.rejects_the_log_in();
    let titles: Vec<String> = SqlConnection::on(&there.database()).await.column("select title from task").await;
    assert_eq!(titles, ["Buy bread"]);
    bob.is_still_signed_in().await;
    bob.sees(&task).await;
}
