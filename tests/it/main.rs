//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it meets what it does not expect"
)]

mod architecture;
mod bodies;
mod contract;
mod cors;
mod door;
mod faults;
mod framing;
mod hostile;
mod http;
mod listing;
mod ownership;
mod paging;
mod plans;
mod problems;
mod queries;
mod replicas;
mod rules;
mod schema;
mod starting;
mod statements;
mod support;
mod task_dates;
mod task_text;
mod tasks;
mod tokens;
mod walk;
