//! Whether the service has accounts of its own, and how long it keeps whom signed in.

use std::time::Duration;

use super::{
    ConfigError,
    environment::{Environment, invalid},
};

const NAME: &str = "ACCOUNTS";
const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// How long it keeps whom signed in.
#[derive(Debug, Clone, Copy)]
pub struct AccountSettings {
    /// Life of an access token.
    pub access_ttl: Duration,
    /// Life of a session without use.
    pub refresh_ttl: Duration,
    /// A session's end, however often it is refreshed.
    pub session_max_age: Duration,
}

impl AccountSettings {
    /// None where they are off: beside a Better Auth, unless asked for, since a second sign-up goes round the rules of the first.
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
                    "off, or BETTER_AUTH_SECRET be set: own tokens are signed under a key made of it",
                ));
            }
            Some("on") => true,
            Some("off") => false,
            Some(_) => return Err(invalid(NAME, "on or off")),
        };
        let accounts = Self {
            access_ttl: environment.duration("ACCESS_TOKEN_TTL", MINUTE..=DAY * 7, "24h")?,
            refresh_ttl: environment.duration("REFRESH_TOKEN_TTL", MINUTE..=DAY * 365, "7d")?,
            session_max_age: environment.duration("SESSION_MAX_AGE", MINUTE..=DAY * 365, "30d")?,
        };
        Ok(is_on.then_some(accounts))
    }
}
