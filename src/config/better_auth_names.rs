//! The names of Better Auth's tables and columns.

use entity::{BetterAuthNames, BetterAuthTable};

use super::environment::{ConfigError, Environment, invalid};

const NAMES: &str = "BETTER_AUTH_NAMES";

/// The setting of each table.
const TABLES: [(BetterAuthTable, &str); 5] = [
    (BetterAuthTable::User, "BETTER_AUTH_TABLE_USER"),
    (BetterAuthTable::Session, "BETTER_AUTH_TABLE_SESSION"),
    (BetterAuthTable::Account, "BETTER_AUTH_TABLE_ACCOUNT"),
    (BetterAuthTable::Verification, "BETTER_AUTH_TABLE_VERIFICATION"),
    (BetterAuthTable::Jwks, "BETTER_AUTH_TABLE_JWKS"),
];

/// The tables of the service, which share a schema with Better Auth's on SQLite.
const SERVICE_TABLES: [&str; 7] =
    ["task", "task_search", "refresh_token", "revocation", "closed_account", "rate_limit_counter", "seaql_migrations"];

/// The longest identifier of PostgreSQL.
const MAX_LENGTH: usize = 63;

pub(super) fn read(environment: &Environment<'_>) -> Result<BetterAuthNames, ConfigError> {
    let (mut names, mut is_snake_case) = (BetterAuthNames::default(), false);
    for word in environment.list(NAMES) {
        match word.as_str() {
            "plural" => names = BetterAuthNames::plural(),
            "snake_case" => is_snake_case = true,
            _ => return Err(invalid(NAMES, "plural, snake_case or both, separated by a comma")),
        }
    }
    for (table, setting) in TABLES {
        if let Some(name) = environment.text(setting) {
            names = names.with_table(table, table_name(setting, name)?);
        }
    }
    for (position, (table, setting)) in TABLES.into_iter().enumerate() {
        if TABLES.iter().take(position).any(|(other, _)| names.table(*other) == names.table(table)) {
            return Err(invalid(setting, "the name of a table of its own"));
        }
    }
    Ok(if is_snake_case { names.with_snake_case() } else { names })
}

fn table_name(setting: &'static str, name: String) -> Result<String, ConfigError> {
    let is_identifier = name.len() <= MAX_LENGTH
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_identifier || SERVICE_TABLES.contains(&name.as_str()) {
        return Err(invalid(
            setting,
            "a table name of letters, digits and _, without a schema, and not one of the service's",
        ));
    }
    Ok(name)
}
