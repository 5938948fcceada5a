//! The database: runs statements within a time limit. The drivers are used in this module alone.

mod backup;
mod database;
mod dialect;
mod error;
mod error_class;
mod executor;
mod metrics;
mod migrate;
mod postgres;
mod row;
mod row_scope;
mod settings;
mod sql_builder;
mod sql_cache;
mod sqlite;
mod statement;
mod statement_span;
mod text_list;

pub use self::{
    database::{Db, is_database_url},
    error::{MigrationError, StoreError},
    metrics::{InProgress, register_metrics},
    postgres::PgEnvironment,
    settings::{DbSettings, Pooler},
    sqlite::BackupError,
};
pub(crate) use self::{
    dialect::{Dialect, SERVICE_SCHEMA},
    executor::{Executor, Transaction},
    postgres::{Listener, Notification},
    row::{JsonText, Row},
    sql_cache::{CachedStatement, SqlCache},
    statement::{Outcome, Sql},
    text_list::{is_in_list, is_one_of, text_list},
};
