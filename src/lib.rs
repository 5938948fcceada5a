//! The task API behind Next.js front ends that sign their users in with Better Auth.
//!
//! The modules, in the order in which they may import each other: each imports only what stands above it
//! (`tests/it/architecture` checks it; `docs/ARCHITECTURE.md` explains it).

pub mod clock;
pub mod config;

mod telemetry;

pub mod http;

pub mod rate_limit;

pub mod jose;

pub mod auth;

pub mod password;
mod tokens;

mod routes;

pub mod app;
pub mod cli;

pub use routes::contract;
