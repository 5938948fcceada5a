//! The task API behind Next.js front ends that sign their users in with Better Auth.
//!
//! The rooms, in the order in which they may import each other: each only what stands above it
//! (`tests/it/architecture.rs` keeps it so; `docs/ARCHITECTURE.md` is the map).

pub mod clock;
pub mod config;
mod drain;
mod request_id;

mod problem;
mod telemetry;

pub mod limits;

pub mod auth;

pub mod accounts;
mod sessions;

mod tasks;

mod identity;

mod health;

mod openapi;
mod router;

pub mod app;
pub mod cli;

pub use router::contract;
