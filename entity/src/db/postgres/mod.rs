//! PostgreSQL, on tokio-postgres.

mod connection;
mod connector;
mod detect;
mod error;
mod exclusive;
mod group_commit;
mod invalid_url;
mod listener;
mod options;
mod pool;
mod prepared;
mod request;
mod setting;
mod shared;
mod silence;
#[cfg(test)]
mod test_server;
mod tls;
mod transaction;

pub(crate) use self::listener::{Listener, Notification};
pub use self::options::PgEnvironment;
use self::options::PostgresOptions;
pub(super) use self::{
    detect::detect_pooler, error::PostgresError, options::is_url, pool::Pool, request::Request,
    transaction::Transaction,
};

/// The outcome of a statement.
type Outcome = super::statement::Outcome<tokio_postgres::Row>;
