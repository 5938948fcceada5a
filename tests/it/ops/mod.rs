//! The program as its operator runs it.

mod abandoned_requests;
mod backup;
mod commands;
mod connection_faults;
mod database_outage;
mod health_command;
mod ledger;
mod logs;
mod metrics;
mod no_migrate;
mod open_files;
mod overload;
mod poolers;
#[cfg(feature = "test-previous-release")]
mod previous_release;
mod replicas;
mod revoke;
mod secrets;
mod service_role;
pub(crate) mod settings;
mod shutdown;
mod shutdown_delay;
mod silent_connections;
mod slow_clients;
mod startup;
mod traces;
