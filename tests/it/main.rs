//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.

mod bodies;
mod contract;
mod cors;
mod door;
mod framing;
mod hostile;
mod http;
mod ownership;
mod problems;
mod queries;
mod rules;
mod support;
mod tokens;
mod walk;
