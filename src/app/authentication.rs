//! The authenticator, built from the configuration.

use std::sync::Arc;

use entity::Db;

use super::{StartError, pools};
use crate::{
    auth::{
        AccessTokens, AllowedValues, Authenticator, Jwks, JwtVerifier, KeySetValidation, OAuthValidation, SharedSecret,
        SignedAccessTokens, SigningKeys, UserIdClaim, Validation,
    },
    clock::Clock,
    config::{AccessTokenAlgorithm, Config, JwksSettings},
};

/// Creates the authenticator with a verifier for each enabled type of token. If a key set is configured, a task on the
/// current thread keeps fetching it.
///
/// # Errors
///
/// [`StartError::KeySetClient`] if the HTTP client for the key set cannot be built.
pub fn authenticator(config: &Config, clock: &Clock) -> Result<Authenticator, StartError> {
    authenticator_with(access_tokens(config, None), config, clock)
}

/// Creates the authenticator as [`authenticator`] does. If access tokens are signed with keys of the database, reads them.
///
/// # Errors
///
/// [`StartError`] if the keys cannot be loaded, or as [`authenticator`].
pub(crate) async fn authenticator_with_keys(config: &Config, clock: &Clock) -> Result<Authenticator, StartError> {
    if !signs_with_key_pairs(config) {
        return authenticator(config, clock);
    }
    let db = pools::background(&config.database).await?;
    let keys = signing_keys(config, &db, AccessTokenAlgorithm::Hs256, clock).map(Arc::new);
    if let Some(keys) = &keys {
        keys.load().await.map_err(StartError::SigningKeys)?;
    }
    authenticator_with(access_tokens(config, keys.as_ref()), config, clock)
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
    // before the key set, whose server may sign OAuth access tokens, which are of the same type
    verifiers.extend(access_tokens.map(|access_tokens| access_tokens as Arc<dyn JwtVerifier>));
    if let Some(settings) = &config.jwks {
        let jwks = Jwks::spawn(settings, key_set_validation(config, settings), clock.clone())?;
        key_set = Some(jwks.monitor());
        verifiers.push(Arc::new(jwks));
    }
    Ok(Authenticator::new(verifiers, key_set, clock.clone()))
}

/// Loads the key pairs of the table `jwks`; `None` if accounts are disabled. They are published even if tokens are signed with
/// HS256; a failure then does not prevent the start.
pub(super) async fn load_signing_keys(
    config: &Config,
    db: &Db,
    clock: &Clock,
) -> Result<Option<Arc<SigningKeys>>, StartError> {
    let Some(accounts) = config.accounts else { return Ok(None) };
    let keys = signing_keys(config, db, accounts.access_token_algorithm, clock);
    let Some(keys) = keys else { return Ok(None) };
    match keys.load().await {
        Err(error) if signs_with_key_pairs(config) => return Err(StartError::SigningKeys(error)),
        Err(error) => log::warn!(error:%; "the table jwks can't be read; no keys are published"),
        Ok(()) => {}
    }
    Ok(Some(Arc::new(keys)))
}

/// Creates the signer and verifier of own access tokens; `None` if accounts are disabled.
pub(super) fn access_tokens(config: &Config, keys: Option<&Arc<SigningKeys>>) -> Option<Arc<AccessTokens>> {
    let secrets = config.secrets.as_ref().filter(|_| config.accounts.is_some())?;
    let validation = Validation { user_id_claim: UserIdClaim::default(), ..front_end(config, &[], &[], false) };
    let keys = keys.filter(|_| signs_with_key_pairs(config)).map(Arc::clone);
    let signed = keys.zip(config.session_cookie.public_origin.clone());
    let signed = signed.map(|(keys, origin)| SignedAccessTokens::new(keys, origin, &validation));
    Some(Arc::new(AccessTokens::new(secrets, validation, signed)))
}

fn signing_keys(config: &Config, db: &Db, algorithm: AccessTokenAlgorithm, clock: &Clock) -> Option<SigningKeys> {
    let secrets = config.secrets.as_ref()?;
    Some(SigningKeys::new(db.clone(), secrets.clone(), algorithm, clock.clone()))
}

fn signs_with_key_pairs(config: &Config) -> bool {
    config.accounts.is_some_and(|accounts| accounts.access_token_algorithm != AccessTokenAlgorithm::Hs256)
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
