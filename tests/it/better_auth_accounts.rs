//! One account for two services: who signs up here is known to a real Better Auth on the same database, and the reverse.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, BetterAuth, Member, Session, TestApp, better_auth::PASSWORD};

/// The service with accounts of its own, beside a Better Auth.
async fn both() -> (TestApp, BetterAuth) {
    let there = BetterAuth::start([]).await;
    (TestApp::start_on(there.database(), [("ACCOUNTS", "on")]).await, there)
}

async fn tries_to_sign_in(there: &BetterAuth, email: &str, password: &str) -> Answer {
    there.nobody().post("/api/auth/sign-in/email", json!({ "email": email, "password": password })).await
}

/// What one says of a user, in the words of the other.
fn in_snake_case(user: &Value) -> Value {
    let names = [
        ("id", "id"),
        ("name", "name"),
        ("email", "email"),
        ("email_verified", "emailVerified"),
        ("image", "image"),
        ("created_at", "createdAt"),
        ("updated_at", "updatedAt"),
    ];
    names.into_iter().map(|(here, there)| (here.to_owned(), user[there].clone())).collect()
}

/// Passwords, and other spellings of the same.
fn passwords() -> [(String, String); 7] {
    let emoji = "🔐".repeat(64);
    let same = |password: &str| (password.to_owned(), password.to_owned());
    [
        same(PASSWORD),
        same("  spaces are kept  "),
        same("👩‍👩‍👧 🔐 and 👍🏽"),
        same(&emoji),
        ("p\u{e4}ssw\u{f6}rd-\u{f1}".into(), "pa\u{308}sswo\u{308}rd-n\u{303}".into()),
        ("pa\u{308}sswo\u{308}rd-n\u{303}".into(), "p\u{e4}ssw\u{f6}rd-\u{f1}".into()),
        ("\u{fb01}ne \u{212b}ngström".into(), "fine \u{c5}ngström".into()),
    ]
}

#[actix_web::test]
async fn who_signs_up_here_signs_in_there() {
    let (here, there) = both().await;
    for (number, (password, spelt)) in passwords().into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let ann = Member::signs_up(&here, &email, &password).await;
        for password in [&password, &spelt] {
            let signed_in = there.signs_in_as(&email, password).await;
            assert_eq!(signed_in.id(), ann.id(), "{password}");
            assert!(signed_in.is_known().await);
        }
        let me = ann.caller().get("/api/auth/me").await.is(200).json();
        assert_eq!(me, in_snake_case(there.signs_in_as(&email, &password).await.user()));
    }
}

#[actix_web::test]
async fn who_signs_up_there_logs_in_here() {
    let (here, there) = both().await;
    for (number, (password, spelt)) in passwords().into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let ann = there.signs_up_as(&email, &password).await;
        for password in [&password, &spelt] {
            let member = Member::logs_in(&here, &email, password).await;
            assert_eq!(member.id(), ann.id(), "{password}");
            assert_eq!(member.user(), &in_snake_case(ann.user()));
        }
    }
}

#[actix_web::test]
async fn a_wrong_password_is_wrong_on_both_sides() {
    let (here, there) = both().await;
    Member::signs_up(&here, "ann@example.com", PASSWORD).await;
    there.signs_up("bob").await;
    for email in ["ann@example.com", "bob@example.com"] {
        for wrong in ["correct horse battery", "Correct horse battery staple", "correct horse battery staple ", "x"] {
            tries_to_sign_in(&there, email, wrong).await.is(401);
            Member::tries_to_log_in(&here, email, wrong).await.is_problem(401, "unauthorized");
        }
    }
}

#[actix_web::test]
async fn the_lengths_of_passwords_are_counted_alike() {
    let (here, there) = both().await;
    for (number, (password, may_be_one)) in [
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
        let taken_here = here.nobody().post("/api/auth/signup", user("here")).await.status == 201;
        let taken_there = there.nobody().post("/api/auth/sign-up/email", user("there")).await.status == 200;
        assert_eq!((taken_here, taken_there), (may_be_one, may_be_one), "{password}");
    }
}

#[actix_web::test]
async fn an_address_is_one_however_it_is_cased() {
    let (here, there) = both().await;
    let ann = Member::signs_up(&here, "Ann.Lee@Example.COM", PASSWORD).await;
    let bob = there.signs_up_as("Bob.Ray@Example.COM", PASSWORD).await;
    assert_eq!(there.signs_in_as("ANN.lee@example.com", PASSWORD).await.id(), ann.id());
    assert_eq!(Member::logs_in(&here, "BOB.ray@example.com", PASSWORD).await.id(), bob.id());
    for email in ["ann.LEE@example.com", "bob.RAY@example.com"] {
        let user = json!({ "name": "Eve", "email": email, "password": PASSWORD });
        here.nobody().post("/api/auth/signup", user.clone()).await.is_problem(409, "email-taken");
        there.nobody().post("/api/auth/sign-up/email", user).await.is(422);
    }
}

#[actix_web::test]
async fn a_password_that_is_changed_here_is_changed_there() {
    let (here, there) = both().await;
    let ann = there.signs_up_as("ann@example.com", PASSWORD).await;
    let member = Member::logs_in(&here, "ann@example.com", PASSWORD).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "🔐 another one 🔐" });
    member.caller().post("/api/auth/password", change).await.is(204);
    tries_to_sign_in(&there, "ann@example.com", PASSWORD).await.is(401);
    assert_eq!(there.signs_in_as("ann@example.com", "🔐 another one 🔐").await.id(), ann.id());
    assert!(!ann.is_known().await, "a session from before the change");
    member.caller().get("/api/tasks").await.is(200);
}

#[actix_web::test]
async fn a_password_that_is_changed_there_is_changed_here() {
    let (here, there) = both().await;
    let mut before = Member::signs_up(&here, "ann@example.com", PASSWORD).await;
    let change = |from: &str, to: &str, ends_others: bool| json!({ "currentPassword": from, "newPassword": to, "revokeOtherSessions": ends_others });
    let ann = there.signs_in_as("ann@example.com", PASSWORD).await;
    ann.post("/api/auth/change-password", change(PASSWORD, "🔐 another one 🔐", false)).await.is(200);
    Member::tries_to_log_in(&here, "ann@example.com", PASSWORD).await.is_problem(401, "unauthorized");
    let after = Member::logs_in(&here, "ann@example.com", "🔐 another one 🔐").await;
    before.goes_on().await;

    ann.post("/api/auth/change-password", change("🔐 another one 🔐", "and a third one", true)).await.is(200);
    before.is_out_in_the_end().await;
    after.is_out_in_the_end().await;
    Member::logs_in(&here, "ann@example.com", "and a third one").await.goes_on().await;
}

/// Their sign-up asks for no more than a string.
#[actix_web::test]
async fn a_user_without_a_name_logs_in_here() {
    let (here, there) = both().await;
    let user = json!({ "name": "", "email": "ann@example.com", "password": PASSWORD });
    there.nobody().post("/api/auth/sign-up/email", user).await.is(200);
    let mut ann = Member::logs_in(&here, "ann@example.com", PASSWORD).await;
    assert_eq!(ann.user()["name"], "");
    ann.goes_on().await;
}

/// A user of Google alone has no password, and none is found by trying.
#[actix_web::test]
async fn a_user_without_a_password_does_not_log_in() {
    let (here, there) = both().await;
    there.signs_up("ann").await;
    let alter = r#"update account set "providerId" = 'google', "accountId" = '1234567890', password = null"#;
    Session::on(&there.database()).await.run(alter).await;
    for password in [PASSWORD, "", "null"] {
        Member::tries_to_log_in(&here, "ann@example.com", password).await.is_problem(401, "unauthorized");
        tries_to_sign_in(&there, "ann@example.com", password).await.is(401);
    }
}

#[actix_web::test]
async fn an_account_that_is_closed_here_is_gone_there() {
    let (here, there) = both().await;
    let ann = there.signs_up("ann").await;
    let member = Member::logs_in(&here, "ann@example.com", PASSWORD).await;
    member.caller().creates_a_task("Buy milk").await;
    let close = member.caller().request(Method::DELETE, "/api/auth/me").json(&json!({ "password": PASSWORD }));
    Answer::to(close).await.is(204);
    assert!(!ann.is_known().await);
    tries_to_sign_in(&there, "ann@example.com", PASSWORD).await.is(401);
    assert_eq!(Session::on(&there.database()).await.number("select count(*) from task").await, 0);
    assert_ne!(there.signs_up("ann").await.id(), ann.id());
}

#[actix_web::test]
async fn a_user_who_is_deleted_there_is_gone_here() {
    let (here, there) = both().await;
    let ann = Member::signs_up(&here, "ann@example.com", PASSWORD).await;
    let mut bob = Member::signs_up(&here, "bob@example.com", PASSWORD).await;
    ann.caller().creates_a_task("Buy milk").await;
    let task = bob.caller().creates_a_task("Buy bread").await;
    let signed_in = there.signs_in("ann").await;
    signed_in.post("/api/auth/delete-user", json!({ "password": PASSWORD })).await.is(200);
    ann.is_out_in_the_end().await;
    Member::tries_to_log_in(&here, "ann@example.com", PASSWORD).await.is_problem(401, "unauthorized");
    let titles: Vec<String> = Session::on(&there.database()).await.column("select title from task").await;
    assert_eq!(titles, ["Buy bread"]);
    bob.goes_on().await;
    bob.caller().sees(&task).await;
}
