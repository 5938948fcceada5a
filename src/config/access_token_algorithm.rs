//! How access tokens of the service's own accounts are signed.

use std::time::Duration;

use super::environment::{ConfigError, Environment, invalid};

const NAME: &str = "ACCESS_TOKEN_ALG";
const ROTATION_INTERVAL: &str = "JWKS_ROTATION_INTERVAL";
const DAY: Duration = Duration::from_hours(24);

/// The signature algorithm of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessTokenAlgorithm {
    /// HMAC under a key that is derived from the secret: only this service verifies the tokens.
    Hs256,
    /// Ed25519 under a key pair of the table `jwks`: others verify the tokens with the published key set.
    EdDsa {
        /// Age at which a key is replaced. `None` if it never is.
        rotation_interval: Option<Duration>,
    },
}

impl AccessTokenAlgorithm {
    /// `EdDSA` requires `PUBLIC_URL`: other services know the issuer of a token by its `iss`, and so does this service,
    /// since a Better Auth on the same database signs with the same keys.
    pub(super) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let rotation_interval = match environment.text(ROTATION_INTERVAL).as_deref() {
            None | Some("off") => None,
            Some(_) => Some(environment.duration(ROTATION_INTERVAL, DAY..=DAY * 365, "90d")?),
        };
        if environment.one_of(NAME, ["HS256", "EdDSA"])? == "HS256" {
            return Ok(Self::Hs256);
        }
        if environment.text("PUBLIC_URL").is_none() {
            return Err(invalid(NAME, "HS256 unless PUBLIC_URL is set: it is the issuer of the tokens"));
        }
        Ok(Self::EdDsa { rotation_interval })
    }
}
