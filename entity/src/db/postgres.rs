//! PostgreSQL: connection options and SQLSTATE codes.

use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;

use super::error_class::ErrorClass;

pub(super) fn connect_options(options: PgConnectOptions, statement_timeout: Duration) -> PgConnectOptions {
    let timeout = statement_timeout.as_millis().to_string();
    options.application_name("taskbridge").options([
        ("statement_timeout", timeout.as_str()),
        ("lock_timeout", timeout.as_str()),
        ("idle_in_transaction_session_timeout", timeout.as_str()),
    ])
}

pub(super) fn is_url(url: &str) -> bool {
    url.starts_with("postgres://") && url.parse::<PgConnectOptions>().is_ok()
}

/// Classifies a SQLSTATE by its class, the first two characters.
pub(super) fn classify(sqlstate: &str) -> ErrorClass {
    const READ_ONLY_TRANSACTION: &str = "25006";
    const UNDEFINED_COLUMN: &str = "42703";
    match (sqlstate.get(..2), sqlstate) {
        // invalid authorization, invalid catalog name
        (Some("28" | "3D"), _) => ErrorClass::AccessDenied,
        // connection exception, transaction rollback (deadlock), insufficient resources, object not in prerequisite state
        // (lock timeout), operator intervention (shutdown, statement timeout), system error
        (Some("08" | "40" | "53" | "55" | "57" | "58"), _) | (_, READ_ONLY_TRANSACTION) => ErrorClass::Unavailable,
        (_, UNDEFINED_COLUMN) => ErrorClass::UnknownColumn,
        _ => ErrorClass::Other,
    }
}
