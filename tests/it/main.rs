//! The one test binary: the service as its callers meet it, on SQLite and on PostgreSQL.

mod architecture;
mod ownership;
mod support;
