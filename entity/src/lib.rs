//! What is stored, and the only doors to it.
//!
//! Rows of an owner are reached through a type that holds its owner ([`task::Tasks`], [`account::Account`],
//! [`session::Sessions`]); the tables themselves can't be named outside their file, so a statement without its owner does not
//! compile anywhere else. Who is not proven yet knocks at [`account::Accounts`].
//!
//! ```compile_fail,E0603
//! use entity::task::row::Entity; // the table is private to its room
//! ```
//!
//! ```compile_fail,E0616
//! fn table(tasks: entity::task::Tasks) {
//!     let rows = tasks.rows; // nor does the door lead to it
//! }
//! ```
//!
//! ```compile_fail,E0624
//! fn connection(db: &entity::Db) {
//!     db.connection(); // nor can anybody else run a statement
//! }
//! ```
//!
//! ```
//! async fn mine(tasks: entity::task::Tasks, id: entity::TaskId) -> Result<bool, entity::StoreError> {
//!     Ok(tasks.get(id).await?.is_some()) // `None` for another's task as for one that never was
//! }
//! ```

pub mod account;
mod better_auth;
mod cleanup;
mod db;
mod id;
mod owned;
pub mod revocation;
pub mod session;
pub mod task;

pub use cleanup::Cleanup;
pub use db::{Db, DbSettings, StoreError, is_database_url};
pub use id::{SessionId, TaskId, TokenHash, UserId};
pub use migration::MigrationStatus;
pub use owned::{Owner, OwnerScoped};
