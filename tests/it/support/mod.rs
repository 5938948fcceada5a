//! The test kit: a running service, HTTP clients, tokens, databases, a proxy that injects faults.

mod api_client;
mod api_response;
mod app;
pub(crate) mod better_auth;
mod chaos_proxy;
mod database;
mod event_stream;
pub(crate) mod hostile;
mod issuer;
mod key_pair_row;
mod key_server;
mod load;
mod local_tasks;
mod mail_server;
mod metrics;
mod migrations;
mod process;
mod random;
mod raw_connection;
pub(crate) mod revocation_feed;
pub(crate) mod row_level_security;
mod signed_in_user;
mod signing_key;
mod sql_connection;
pub(crate) mod store;
pub(crate) mod task;
mod token;
mod trace_collector;

use std::time::Duration;

pub(crate) use self::{
    api_client::{ApiClient, id, without_tls},
    api_response::ApiResponse,
    app::{NO_SECRET, TestApp, config},
    better_auth::{BetterAuth, BetterAuthUser},
    chaos_proxy::ChaosProxy,
    database::{BACKENDS, Backend, OwnServer, PgBouncer, TestDatabase, print, service_role, setting},
    event_stream::EventStream,
    issuer::{ALGORITHMS, Issuer, JwksToken},
    key_pair_row::KeyPairRow,
    key_server::{KeyServer, Reply},
    load::Load,
    local_tasks::LocalTasks,
    mail_server::MailServer,
    metrics::Scraper,
    migrations::{migration_names, migrations},
    process::{Process, Program},
    random::Random,
    raw_connection::RawConnection,
    signed_in_user::{ACCOUNTS, SignedInUser, email, password},
    sql_connection::SqlConnection,
    store::Store,
    token::{SECRET, Token},
    trace_collector::{ReceivedSpan, TraceCollector},
};

/// How long a test waits for what takes the service less than a second: longer, since the machine may be busy.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// Runs each test on SQLite and on PostgreSQL: `on_both! { a_task_is_stored(app) { … } }`. With `on_both! { with accounts: … }`
/// the service has `ACCOUNTS=on`; with the path of an array of settings in place of `accounts`, these.
macro_rules! on_both {
    (with accounts: $($tests:tt)+) => {
        $crate::support::on_both!(@[$crate::support::ACCOUNTS] $($tests)+);
    };
    (with $settings:path: $($tests:tt)+) => {
        $crate::support::on_both!(@$settings $($tests)+);
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
