//! The integration tests: one binary, one folder per area, each test on SQLite and PostgreSQL where it touches storage.

#![cfg(test)]

mod architecture;
mod auth;
mod better_auth;
mod better_auth_client;
mod contract;
mod events;
mod http;
mod jose;
mod ops;
mod rate_limit;
mod revocation;
mod storage;
mod support;
mod tasks;
mod tokens;
