//! The database: a pool that runs statements within a time limit. The driver is used in this module alone.

mod dialect;
mod error;
mod error_class;
mod executor;
mod listener;
mod pool;
mod postgres;
mod row;
mod sqlite;
mod statement;

pub(crate) use self::{
    dialect::Dialect,
    executor::{Executor, Transaction},
    listener::Listener,
    row::Row,
    statement::Sql,
};
pub use self::{
    error::{MigrationError, StoreError},
    pool::{Db, DbSettings, is_database_url},
};
