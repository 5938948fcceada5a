//! How to connect to PostgreSQL: a URL, and what libpq's environment variables add to it.

mod connection;
mod environment;
mod hosts;
mod parameters;
mod passfile;
mod postgres_options;
mod server;
#[cfg(test)]
mod tests;
mod url;

pub use self::environment::PgEnvironment;
pub(in crate::db) use self::{
    connection::PostgresConnection,
    postgres_options::{PostgresOptions, is_url},
};
