//! The program as its operator runs it.

mod commands;
mod database_outage;
mod logs;
mod replicas;
pub(crate) mod settings;
mod shutdown;
mod startup;
