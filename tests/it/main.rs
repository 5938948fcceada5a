//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.

mod architecture;
mod faults;
mod listing;
mod ownership;
mod paging;
mod plans;
mod replicas;
mod schema;
mod starting;
mod statements;
mod support;
mod task_dates;
mod task_text;
mod tasks;
