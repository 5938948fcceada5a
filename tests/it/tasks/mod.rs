//! `/api/tasks`.

mod body_validation;
mod complete;
mod cursors;
mod dates;
mod lifecycle;
mod list;
mod ownership;
mod pagination;
mod query_validation;
mod text;
