//! The kit: a running service, callers of different power, tokens, databases.

mod app;
mod caller;
mod database;
pub(crate) mod hostile;
mod load;
mod mint;
mod process;
mod session;
mod wire;

pub(crate) use self::{
    app::TestApp,
    caller::{Answer, Caller, id},
    database::{Backend, TestDatabase},
    load::Load,
    mint::{SECRET, Token},
    process::{Process, Program},
    session::Session,
    wire::Wire,
};

/// Runs a test on SQLite and on PostgreSQL: `on_both!(ann_keeps_her_tasks(app) { … });`
macro_rules! on_both {
    ($($(#[$meta:meta])* $name:ident($app:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn test($app: $crate::support::TestApp) $body

            #[actix_web::test]
            async fn on_sqlite() {
                test($crate::support::TestApp::start($crate::support::Backend::Sqlite).await).await;
            }

            #[actix_web::test]
            async fn on_postgres() {
                test($crate::support::TestApp::start($crate::support::Backend::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both;
