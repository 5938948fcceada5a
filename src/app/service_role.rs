//! What the service does with Better Auth's tables.

use entity::BetterAuthTable;

use crate::config::{AccessTokenAlgorithm, Config};

/// Returns the rights on Better Auth's tables that the service needs under these settings.
pub(crate) fn privileges(config: &Config) -> Vec<(BetterAuthTable, &'static str)> {
    let Some(accounts) = config.accounts else {
        return vec![(BetterAuthTable::User, "select"), (BetterAuthTable::Session, "select, update, delete")];
    };
    let jwks = if accounts.access_token_algorithm == AccessTokenAlgorithm::Hs256 { "select" } else { "select, insert" };
    let mut privileges = vec![(BetterAuthTable::Verification, "select, insert, delete"), (BetterAuthTable::Jwks, jwks)];
    privileges.extend(
        [BetterAuthTable::User, BetterAuthTable::Session, BetterAuthTable::Account]
            .map(|table| (table, "select, insert, update, delete")),
    );
    privileges
}
