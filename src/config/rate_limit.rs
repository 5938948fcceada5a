//! The rate limits.

use super::environment::{ConfigError, Environment};

/// Where rate limits are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimitStore {
    /// By each replica on its own.
    Memory,
    /// In the database, for all replicas together.
    Database,
}

/// Returns `None` if there are no limits.
pub(super) fn read(environment: &Environment<'_>) -> Result<Option<RateLimitStore>, ConfigError> {
    let is_on = environment.one_of("RATE_LIMIT", ["on", "off"])? == "on";
    let store = match environment.one_of("RATE_LIMIT_STORE", ["memory", "database"])? {
        "database" => RateLimitStore::Database,
        _ => RateLimitStore::Memory,
    };
    Ok(is_on.then_some(store))
}
