//! Tables, statements and transactions.

mod accounts;
mod better_auth_names;
mod changes;
mod cleanup;
mod cleanup_task;
mod commits;
mod deleted_tasks;
mod existing_tables;
mod fold_migration;
mod plans;
mod refresh_faults;
mod refresh_reuse;
mod refresh_rotation;
mod renamed_tables;
mod row_level_security;
mod row_level_security_plans;
mod schema;
mod service_schema;
mod session_plans;
mod session_tables;
mod sessions;
mod statements;
