//! What is stored, and the only doors to it.
//!
//! Rows of an owner are reached through a type that holds its owner ([`task::Tasks`]); the tables themselves can't be
//! named outside their file, so a statement without its owner does not compile anywhere else:
//!
//! ```compile_fail,E0603
//! use entity::task::row::Entity; // the table is private to its room
//! ```
//!
//! ```compile_fail,E0599
//! # async fn f(tasks: entity::task::Tasks) {
//! tasks.rows(); // nor is there a way from the door to the table
//! # }
//! ```
//!
//! ```
//! # async fn f(tasks: entity::task::Tasks, id: entity::TaskId) -> Result<(), entity::StoreError> {
//! let mine = tasks.find(id).await?; // `None` for another's task as for one that never was
//! # Ok(())
//! # }
//! ```

mod db;
mod id;
mod owned;
pub mod task;

pub use db::{Db, DbSettings, StoreError};
pub use id::{TaskId, UserId};
pub use migration::Step as MigrationStep;
pub use owned::{Owner, OwnerScoped};
