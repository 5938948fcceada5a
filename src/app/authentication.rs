//! The authenticator, built from the configuration.

use std::sync::Arc;

use super::StartError;
use crate::{
    auth::{
        AccessTokens, AllowedValues, Authenticator, Jwks, JwtVerifier, KeySetValidation, OAuthValidation, SharedSecret,
        UserIdClaim, Validation,
    },
    clock::Clock,
    config::{Config, JwksSettings},
};

/// Creates the authenticator with a verifier for each enabled type of token. If a key set is configured, a task on the
/// current thread keeps fetching it.
///
/// # Errors
///
/// [`StartError::KeySetClient`] if the HTTP client for the key set cannot be built.
pub fn authenticator(config: &Config, clock: &Clock) -> Result<Authenticator, StartError> {
    authenticator_with(access_tokens(config), config, clock)
}

/// Creates the authenticator with these verifiers of own access tokens, which the token issuer shares.
pub(super) fn authenticator_with(
    access_tokens: Option<Arc<AccessTokens>>,
    config: &Config,
    clock: &Clock,
) -> Result<Authenticator, StartError> {
    let mut verifiers: Vec<Arc<dyn JwtVerifier>> = Vec::new();
    let mut key_set = None;
    if let Some(secrets) = &config.secrets {
        verifiers
            .push(Arc::new(SharedSecret::new(secrets, front_end(config, &config.issuers, &config.audiences, false))));
    }
    if let Some(settings) = &config.jwks {
        let jwks = Jwks::spawn(settings, key_set_validation(config, settings), clock.clone())?;
        key_set = Some(jwks.monitor());
        verifiers.push(Arc::new(jwks));
    }
    if let Some(access_tokens) = access_tokens {
        verifiers.push(access_tokens);
    }
    Ok(Authenticator::new(verifiers, key_set, clock.clone()))
}

/// Creates the signer and verifier of own access tokens; `None` if accounts are disabled.
pub(super) fn access_tokens(config: &Config) -> Option<Arc<AccessTokens>> {
    let secrets = config.secrets.as_ref().filter(|_| config.accounts.is_some())?;
    let validation = Validation { user_id_claim: UserIdClaim::default(), ..front_end(config, &[], &[], false) };
    Some(Arc::new(AccessTokens::new(secrets, validation)))
}

fn key_set_validation(config: &Config, settings: &JwksSettings) -> KeySetValidation {
    let oauth = settings.oauth.as_ref().map(|oauth| {
        let validation = front_end(config, &oauth.issuers, &oauth.audiences, true);
        let audiences = AllowedValues::new("OAUTH_AUDIENCE", &oauth.audiences);
        OAuthValidation { validation: Validation { audiences, ..validation }, scopes: oauth.scopes.clone() }
    });
    KeySetValidation { front_end: front_end(config, &settings.issuers, &settings.audiences, true), oauth }
}

/// Returns what tokens of the front end must have.
fn front_end(config: &Config, issuers: &[String], audiences: &[String], require_iss_and_aud: bool) -> Validation {
    Validation {
        leeway: config.leeway,
        issuers: AllowedValues::new("JWT_ISSUER", issuers),
        audiences: AllowedValues::new("JWT_AUDIENCE", audiences),
        require_iss_and_aud,
        user_id_claim: UserIdClaim::new(config.user_id_claim.as_deref()),
    }
}
