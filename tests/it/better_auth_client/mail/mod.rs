//! Links that the service mails, received by a mail server.

mod delivery;
mod email_change;
mod email_verification;
mod password_reset;
mod required_verification;

use serde_json::Value;

use crate::support::{BetterAuthUser, MailServer, SqlConnection, TestApp, email};

/// Runs each test on SQLite and on PostgreSQL, with a mail server and these settings.
macro_rules! with_mail {
    ($settings:tt $($(#[$meta:meta])* $name:ident($app:ident, $mail:ident) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($app: $crate::support::TestApp, $mail: $crate::support::MailServer) $body

        mod $name {
            use $crate::support::{Backend, TestApp};

            #[actix_web::test]
            async fn on_sqlite() {
                let (app, mail) = TestApp::with_mail(Backend::Sqlite, $settings).await;
                super::$name(app, mail).await;
            }

            #[actix_web::test]
            async fn on_postgres() {
                let (app, mail) = TestApp::with_mail(Backend::Postgres, $settings).await;
                super::$name(app, mail).await;
            }
        }
    )+};
}
use with_mail;

/// Opens a link that leads to a page and returns where it redirects.
async fn follow(client: &BetterAuthUser, path: &str) -> String {
    client.get(path).await.is(302).header("location").unwrap().to_owned()
}

/// The token in the path of a link that verifies an address.
fn token_of(path: &str) -> &str {
    path.split("token=").nth(1).and_then(|rest| rest.split('&').next()).expect("a token")
}

/// Opens a link with this token and without a page; returns the code of the error.
async fn rejection(client: &BetterAuthUser, token: &str) -> Value {
    let response = client.get(&format!("/api/auth/verify-email?token={token}")).await;
    assert!(response.status.is_client_error(), "{}", response.text);
    response.json()["code"].take()
}

/// Whether the address of a signed-in user is verified.
async fn is_verified(user: &BetterAuthUser) -> bool {
    user.get("/api/auth/get-session").await.is(200).json()["user"]["emailVerified"] == true
}

/// Marks the address of a user as verified.
async fn mark_verified(app: &TestApp, name: &str) {
    let sql = format!(r#"update "user" set "emailVerified" = true where email = '{}'"#, email(name));
    SqlConnection::on(&app.database()).await.run(&sql).await;
}

/// Asserts that these recipients and no others got mail, in this order.
#[track_caller]
fn assert_recipients(mail: &MailServer, recipients: &[&str]) {
    let all = mail.all();
    assert_eq!(all.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), recipients);
}
