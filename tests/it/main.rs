//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.

#![cfg(test)]

mod account_doors;
mod architecture;
mod bodies;
mod commands;
mod commits;
mod completion;
mod contract;
mod cors;
mod cursors;
mod door;
mod faults;
mod feed_faults;
mod framing;
mod hostile;
mod http;
mod listing;
mod logs;
mod me;
mod ownership;
mod paging;
mod plans;
mod problems;
mod queries;
mod refresh_faults;
mod refresh_rotation;
mod replicas;
mod revocation_feed;
mod rules;
mod schema;
mod session_doors;
mod session_plans;
mod session_tables;
mod settings;
mod shutdown;
mod standing_tables;
mod starting;
mod statements;
mod support;
mod sweeping;
mod task_dates;
mod task_text;
mod tasks;
mod tokens;
mod walk;
