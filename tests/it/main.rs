//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.

#![cfg(test)]

mod commands;
mod completion;
mod cursors;
mod faults;
mod listing;
mod logs;
mod ownership;
mod paging;
mod plans;
mod replicas;
mod schema;
mod settings;
mod shutdown;
mod starting;
mod statements;
mod support;
mod task_dates;
mod task_text;
mod tasks;
