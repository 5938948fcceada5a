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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstates_are_classified() {
        for (class, codes) in [
            (
                ErrorClass::Unavailable,
                ["08006", "40P01", "53300", "55P03", "57014", "57P01", "58030", "25006"].as_slice(),
            ),
            (ErrorClass::AccessDenied, &["28P01", "28000", "3D000"]),
            (ErrorClass::UnknownColumn, &["42703"]),
            (ErrorClass::Other, &["23505", "25001", "42P01", "XX000", ""]),
        ] {
            for code in codes {
                assert_eq!(classify(code), class, "{code}");
            }
        }
    }
}
