//! The kit: a running service, callers of different power, tokens, databases.

mod app;
pub(crate) mod better_auth;
mod caller;
mod database;
pub(crate) mod feed;
pub(crate) mod hostile;
mod issuer;
mod key_server;
mod line;
mod load;
mod member;
mod mint;
mod process;
mod session;
mod signing_key;
pub(crate) mod store;
pub(crate) mod task;
mod wire;

pub(crate) use self::{
    app::{NO_SECRET, TestApp, config},
    better_auth::{BetterAuth, SignedIn},
    caller::{Answer, Caller, id, without_tls},
    database::{Backend, TestDatabase},
    issuer::{ALGORITHMS, Issued, Issuer},
    key_server::{KeyServer, Reply},
    line::Line,
    load::Load,
    member::{ACCOUNTS, Member, email, password},
    mint::{SECRET, Token},
    process::{Process, Program},
    session::Session,
    store::Store,
    wire::Wire,
};

/// Runs a test on SQLite and on PostgreSQL: `on_both!(ann_keeps_her_tasks(app) { … });`, or, where the service has accounts
/// of its own, `on_both!(with accounts: ann_signs_up(app) { … });`
macro_rules! on_both {
    (with accounts: $($tests:tt)+) => {
        $crate::support::on_both!(@[$crate::support::ACCOUNTS] $($tests)+);
    };
    (@$settings:tt $($(#[$meta:meta])* $name:ident($app:ident) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($app: $crate::support::TestApp) $body

        mod $name {
            use $crate::support::{Backend, TestApp};

            #[actix_web::test]
            async fn on_sqlite() {
                super::$name(TestApp::start_with(Backend::Sqlite, $settings).await).await;
            }

            #[actix_web::test]
            async fn on_postgres() {
                super::$name(TestApp::start_with(Backend::Postgres, $settings).await).await;
            }
        }
    )+};
    ($($tests:tt)+) => {
        $crate::support::on_both!(@[] $($tests)+);
    };
}
pub(crate) use on_both;
