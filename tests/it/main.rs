//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.

mod listing;
mod ownership;
mod paging;
mod plans;
mod schema;
mod statements;
mod support;
mod task_dates;
mod task_text;
mod tasks;
