//! A task API for Next.js front ends that authenticate with Better Auth.
//!
//! The modules are listed in import order: each imports only modules above it. `docs/ARCHITECTURE.md` explains the order,
//! `tests/it/architecture` checks it.

pub mod clock;
pub mod config;

mod telemetry;

pub mod http;

pub mod rate_limit;

pub mod jose;

pub mod auth;

mod mail;
pub mod password;
mod tokens;

mod events;

mod routes;

pub mod app;
pub mod cli;

pub use routes::contract;
