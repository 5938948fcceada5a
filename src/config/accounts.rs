//! The service's own accounts.

use std::time::Duration;

use super::{
    access_token_algorithm::AccessTokenAlgorithm,
    environment::{ConfigError, Environment, invalid},
};

const NAME: &str = "ACCOUNTS";
const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// How access tokens of the service's own accounts are signed, and the lifetimes of tokens and sessions.
#[derive(Debug, Clone, Copy)]
pub struct AccountSettings {
    /// How access tokens are signed.
    pub access_token_algorithm: AccessTokenAlgorithm,
    /// Lifetime of an access token.
    pub access_ttl: Duration,
    /// Idle timeout of a session.
    pub refresh_ttl: Duration,
    /// Absolute lifetime of a session, however often it is refreshed.
    pub session_max_age: Duration,
}

impl AccountSettings {
    /// Returns `None` if accounts are disabled. With a Better Auth they are by default: a second sign-up would bypass its
    /// rules, such as a verified e-mail address.
    pub(super) fn read(
        environment: &Environment<'_>,
        has_secret: bool,
        has_key_set: bool,
    ) -> Result<Option<Self>, ConfigError> {
        let is_on = match environment.text(NAME).as_deref() {
            None => !has_secret && !has_key_set,
            Some("on") if has_key_set && !has_secret => {
                return Err(invalid(
                    NAME,
                    "off unless BETTER_AUTH_SECRET is set: the signing key of access tokens is derived from it",
                ));
            }
            Some("on") => true,
            Some("off") => false,
            Some(_) => return Err(invalid(NAME, "on or off")),
        };
        let settings = Self {
            access_token_algorithm: AccessTokenAlgorithm::read(environment)?,
            access_ttl: environment.duration("ACCESS_TOKEN_TTL", MINUTE..=DAY * 7, "24h")?,
            refresh_ttl: environment.duration("REFRESH_TOKEN_TTL", MINUTE..=DAY * 365, "7d")?,
            session_max_age: environment.duration("SESSION_MAX_AGE", MINUTE..=DAY * 365, "30d")?,
        };
        Ok(is_on.then_some(settings))
    }
}
