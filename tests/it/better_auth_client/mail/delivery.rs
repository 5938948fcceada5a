//! How mail leaves the service, and how much of it.

use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, Backend, BetterAuthUser, MailServer, Process, Program, TestApp, TestDatabase, email, password,
};

const REQUEST: &str = "/api/auth/request-password-reset";

fn reset_of(name: &str) -> Value {
    json!({ "email": email(name), "redirectTo": "/new" })
}

#[actix_web::test]
async fn a_mail_is_sent_again_after_a_transient_failure() {
    let (app, mail) = TestApp::with_mail(Backend::Sqlite, []).await;
    app.signs_up_in_a_browser("ann").await;
    mail.fails(1);
    app.browser().post(REQUEST, reset_of("ann")).await.is(200);
    mail.mail_to(&email("ann"), 1).await;
}

#[actix_web::test]
async fn a_recipient_gets_few_mails_whether_they_have_an_account_or_not() {
    let (app, mail) = TestApp::with_mail(Backend::Sqlite, [("RATE_LIMIT", "on")]).await;
    app.signs_up_in_a_browser("ann").await;
    for name in ["ann", "nobody"] {
        for _ in 0..5 {
            app.browser().post(REQUEST, reset_of(name)).await.is(200);
        }
        let refused = app.browser().post(REQUEST, reset_of(name)).await.is_problem(429, "too-many-requests");
        assert!(refused.header("x-retry-after").is_some());
        app.browser().post("/api/auth/send-verification-email", json!({ "email": email(name) })).await.is(429);
    }
    app.browser().post(REQUEST, reset_of("bob")).await.is(200);
    mail.mail_to(&email("ann"), 5).await;
    assert_eq!(mail.all().len(), 5);
}

#[actix_web::test]
async fn one_address_requests_few_mails_and_resets() {
    let (app, _mail) = TestApp::with_mail(Backend::Sqlite, [("RATE_LIMIT", "on")]).await;
    for number in 0..20 {
        app.browser().post(REQUEST, reset_of(&format!("user{number}"))).await.is(200);
        let reset = json!({ "newPassword": "another one of hers", "token": format!("token{number}") });
        app.browser().post("/api/auth/reset-password", reset).await.is(400);
    }
    app.browser().post(REQUEST, reset_of("another")).await.is(429);
    let reset = json!({ "newPassword": "another one of hers", "token": "token" });
    app.browser().post("/api/auth/reset-password", reset).await.is(429);
}

#[actix_web::test]
async fn without_mail_the_routes_say_so() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS, ("MAIL", "off")]).await;
    let ann = app.signs_up_in_a_browser("ann").await;
    for (path, body, code) in [
        (REQUEST, reset_of("ann"), "RESET_PASSWORD_DISABLED"),
        ("/api/auth/send-verification-email", json!({ "email": email("ann") }), "VERIFICATION_EMAIL_NOT_ENABLED"),
        ("/api/auth/change-email", json!({ "newEmail": "new@example.com" }), "CHANGE_EMAIL_DISABLED"),
    ] {
        assert_eq!(ann.post(path, body).await.is(400).json()["code"], code);
    }
}

/// Signs up and requests a reset.
async fn request_reset(process: &Process) -> BetterAuthUser {
    let client = BetterAuthUser::anonymous(&process.base(), "http://localhost:3000");
    let user = json!({ "name": "ann", "email": email("ann"), "password": password("ann") });
    client.post("/api/auth/sign-up/email", user).await.is(200);
    client.post(REQUEST, reset_of("ann")).await.is(200);
    client
}

/// Opens a reset's link and returns the token that the page receives.
async fn token_for_the_page(client: &BetterAuthUser, path: &str) -> String {
    let response = client.get(path).await.is(302);
    let page = response.header("location").unwrap();
    page.strip_prefix("http://localhost:3000/new?token=").expect("a token").to_owned()
}

#[actix_web::test]
async fn without_a_mail_server_the_embedded_service_logs_the_link() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let mut process = Program::on(&database).with("ACCOUNTS", "on").serve().await;
    let client = request_reset(&process).await;
    let logged = process.logs("mail: Reset your password").await;
    let link = logged.split_whitespace().find_map(|word| word.strip_prefix("link=")).expect("a link");
    token_for_the_page(&client, link.strip_prefix(&process.base()).expect("a link to the service")).await;
    process.logs("GET /api/auth/reset-password/ status=302").await;
}

#[actix_web::test]
async fn a_mailed_token_is_not_logged() {
    let (database, mail) = (TestDatabase::new(Backend::Sqlite).await, MailServer::start().await);
    let program = Program::on(&database).with("ACCOUNTS", "on").with("SMTP_URL", &mail.url());
    let program = program.with("MAIL_FROM", "no-reply@example.com").with("PUBLIC_URL", "http://api.example.com");
    let mut process = program.with("RUST_LOG", "info,taskbridge=trace").serve().await;
    let client = request_reset(&process).await;
    let token = token_for_the_page(&client, mail.mail_to(&email("ann"), 1).await.path()).await;
    process.logs("GET /api/auth/reset-password/").await;
    assert!(!process.log().contains(&token) && !process.log().contains(&email("ann")), "{}", process.log());
}

#[actix_web::test]
async fn queued_mail_is_sent_before_the_exit() {
    let (mut app, mail) = TestApp::with_mail(Backend::Sqlite, []).await;
    app.signs_up_in_a_browser("ann").await;
    mail.fails(1);
    app.browser().post("/api/auth/send-verification-email", json!({ "email": email("ann") })).await.is(200);
    app.stop().await;
    mail.mail_to(&email("ann"), 1).await;
}
