//! Access tokens of the front end's OAuth provider.

use url::Url;

use super::environment::{ConfigError, Environment, invalid};

const AUDIENCE: &str = "OAUTH_AUDIENCE";
const SCOPE: &str = "OAUTH_SCOPE";

/// What access tokens of the front end's OAuth provider must have.
#[derive(Debug, Clone)]
pub struct OAuthSettings {
    /// Accepted values of `aud`.
    pub audiences: Vec<String>,
    /// The scopes that a token must have, all of them.
    pub scopes: Vec<String>,
    /// Accepted values of `iss`.
    pub issuers: Vec<String>,
}

impl OAuthSettings {
    /// Returns `None` if neither setting is present. Without `JWT_ISSUER`, `iss` may be the origin of the key set or the URL
    /// below which it is, such as `https://app.example.com/api/auth`, which Better Auth uses by default.
    pub(super) fn read(environment: &Environment<'_>, key_set: &Url) -> Result<Option<Self>, ConfigError> {
        let audiences = environment.list(AUDIENCE);
        let scope = environment.text(SCOPE).unwrap_or_default();
        let scopes: Vec<_> = scope.split_ascii_whitespace().map(str::to_owned).collect();
        let issuers = environment.list("JWT_ISSUER");
        let issuers = if issuers.is_empty() { default_issuers(key_set) } else { issuers };
        match (audiences.is_empty(), scopes.is_empty()) {
            (true, true) => Ok(None),
            (true, false) => Err(invalid(AUDIENCE, format!("set where {SCOPE} is"))),
            (false, true) => {
                Err(invalid(SCOPE, format!("set where {AUDIENCE} is: one or more scopes, separated by spaces")))
            }
            (false, false) => Ok(Some(Self { audiences, scopes, issuers })),
        }
    }

    /// Rejects the settings without a key set, which they would have no effect without.
    pub(super) fn reject(environment: &Environment<'_>) -> Result<(), ConfigError> {
        match [AUDIENCE, SCOPE].into_iter().find(|name| environment.text(name).is_some()) {
            Some(name) => Err(invalid(name, "unset, or JWKS_URL set")),
            None => Ok(()),
        }
    }
}

fn default_issuers(key_set: &Url) -> Vec<String> {
    let origin = key_set.origin().ascii_serialization();
    let folder = key_set.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    vec![format!("{origin}{folder}"), origin]
}
