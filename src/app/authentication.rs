//! The authenticator, built from the configuration.

use std::sync::Arc;

use super::StartError;
use crate::{
    auth::{AccessTokens, Authenticator, Jwks, JwtVerifier, SharedSecret, Validation},
    clock::Clock,
    config::Config,
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
        let (issuers, audiences) = (config.issuers.clone(), config.audiences.clone());
        let validation = Validation { leeway: config.leeway, issuers, audiences, require_iss_and_aud: false };
        verifiers.push(Arc::new(SharedSecret::new(secrets, validation)));
    }
    if let Some(settings) = &config.jwks {
        let (issuers, audiences) = (settings.issuers.clone(), settings.audiences.clone());
        let validation = Validation { leeway: config.leeway, issuers, audiences, require_iss_and_aud: true };
        let jwks = Jwks::spawn(settings, validation, clock.clone())?;
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
    let validation =
        Validation { leeway: config.leeway, issuers: Vec::new(), audiences: Vec::new(), require_iss_and_aud: false };
    Some(Arc::new(AccessTokens::new(secrets, validation)))
}
