//! Persistence: the tables, and the only types that can query them.
//!
//! Rows of a user are reached through a type that holds its owner ([`task::Tasks`], [`account::Account`],
//! [`session::Sessions`]). The tables themselves are private to their module, so that a statement without an owner does not
//! compile outside it. Clients that are not authenticated yet use [`account::AccountStore`].
//!
//! ```compile_fail,E0603
//! use entity::task::row::Entity; // the table is private to its module
//! ```
//!
//! ```compile_fail,E0616
//! fn table(tasks: entity::task::Tasks) {
//!     let rows = tasks.rows; // the field is private
//! }
//! ```
//!
//! ```compile_fail,E0624
//! fn statement(db: &entity::Db) {
//!     db.transaction(async |_| Ok(())); // no statement can be run from outside
//! }
//! ```
//!
//! ```
//! async fn has(tasks: entity::task::Tasks, id: entity::TaskId) -> Result<bool, entity::StoreError> {
//!     Ok(tasks.get(id).await?.is_some()) // `None` for another user's task as for an id that never existed
//! }
//! ```

pub mod account;
mod better_auth;
mod cleanup;
mod db;
mod id;
mod owned;
mod owned_tables;
mod rate_limit;
pub mod revocation;
mod row_level_security;
pub mod session;
pub mod signing_key;
pub mod task;
pub mod trace;
mod verification;

pub use cleanup::{Cleanup, CleanupStep, TaskRetention};
pub use db::{
    BackupError, Db, DbSettings, InProgress, MigrationError, PgEnvironment, Pooler, StoreError, is_database_url,
    register_metrics,
};
pub use id::{InvalidId, SessionId, TaskId, TokenHash, UserId};
pub use migration::{BetterAuthNames, BetterAuthTable, MigrationStatus, NamesMismatch};
pub use owned::{Owner, OwnerScoped};
pub use rate_limit::{RateLimitCounters, RateLimitQuota};
pub use row_level_security::RowLevelSecurity;
