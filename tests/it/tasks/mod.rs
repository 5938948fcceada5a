//! `/api/tasks` and its aliases.

mod batch;
mod body_validation;
mod changes;
mod complete;
mod conditional;
mod create;
mod cursors;
mod dates;
mod delete;
mod idempotency;
mod idempotency_crash;
mod list;
mod ownership;
mod pagination;
mod query_validation;
mod revisions;
mod search;
mod sync;
mod text;
mod trash;
mod update;
