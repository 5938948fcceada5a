//! The authenticator: verifies a credential and returns the principal.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    credential::{Credential, identify_non_jwt},
    error::TokenError,
    jwks::{KeySetMonitor, KeySetStatus},
    principal::Principal,
    revocations::Revocations,
    verifier::{JwtVerifier, Verification},
};
use crate::{
    clock::Clock,
    jose::{Quoted, UnverifiedToken},
};

/// Verifies credentials.
pub struct Authenticator {
    jwt_verifiers: Vec<Arc<dyn JwtVerifier>>,
    key_set: Option<KeySetMonitor>,
    revocations: Revocations,
    clock: Clock,
}

impl Authenticator {
    /// Creates an authenticator. The first of `jwt_verifiers` that a token's type belongs to decides on the token.
    /// `key_set` reports the state of the keys that one of them fetches.
    #[must_use]
    pub fn new(jwt_verifiers: Vec<Arc<dyn JwtVerifier>>, key_set: Option<KeySetMonitor>, clock: Clock) -> Self {
        Self { jwt_verifiers, key_set, revocations: Revocations::default(), clock }
    }

    /// Verifies a credential at the present time.
    pub(in crate::auth) async fn authenticate(&self, credential: Credential<'_>) -> Result<Principal, TokenError> {
        self.verify(credential, self.clock.now()).await
    }

    /// Verifies a credential at the instant `now`.
    ///
    /// # Errors
    ///
    /// [`TokenError::KeySetUnavailable`] if the key set is needed and cannot be fetched; another [`TokenError`] if the
    /// credential is rejected.
    pub async fn verify(&self, credential: Credential<'_>, now: DateTime<Utc>) -> Result<Principal, TokenError> {
        match credential {
            Credential::Jwt(token) => self.verify_jwt(token, now).await,
        }
    }

    async fn verify_jwt(&self, token: &str, now: DateTime<Utc>) -> Result<Principal, TokenError> {
        let token = UnverifiedToken::parse(token)
            .map_err(|error| TokenError::Format { error, hint: identify_non_jwt(token) })?;
        for verifier in &self.jwt_verifiers {
            match verifier.verify(&token, now).await {
                Verification::NotApplicable => {}
                Verification::Rejected(error) => return Err(error),
                Verification::Verified(claims) => {
                    let principal = Principal::new(claims, token.signed_part());
                    return if self.revocations.is_revoked(&principal) {
                        Err(TokenError::Revoked)
                    } else {
                        Ok(principal)
                    };
                }
            }
        }
        Err(TokenError::NoVerifier {
            algorithm: Quoted::new(token.algorithm()),
            media_type: token.media_type().map(Quoted::new),
            accepted: self.accepts(),
        })
    }

    /// Lists the settings that enable a verifier, each with the tokens that it accepts.
    pub(crate) fn accepts(&self) -> String {
        self.jwt_verifiers.iter().map(|verifier| verifier.accepts()).collect::<Vec<_>>().join(" and ")
    }

    /// Returns the revocations that tokens are checked against.
    #[must_use]
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// Returns the state of the fetched key set; `None` if no verifier fetches one.
    pub(crate) fn key_set_status(&self) -> Option<KeySetStatus> {
        self.key_set.as_ref().map(KeySetMonitor::status)
    }
}
