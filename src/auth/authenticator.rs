//! The authenticator: verifies a credential and returns the principal.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use opentelemetry::KeyValue;

use super::{
    credential::{Credential, identify_non_jwt},
    error::TokenError,
    jwks::{KeySetMonitor, KeySetStatus},
    metrics::AuthCollector,
    principal::Principal,
    revocations::Revocations,
    verifier::{JwtVerifier, Verification},
};
use crate::{
    clock::Clock,
    jose::{Quoted, UnverifiedToken},
    telemetry::{metrics::TOKEN_VERIFICATIONS, traces::set_attributes},
};

/// The kind of a token that no verifier recognises, for metrics.
const UNKNOWN_KIND: &str = "unknown";

/// The outcome of a verification that succeeds, for metrics.
const VERIFIED: &str = "verified";

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
        for verifier in &jwt_verifiers {
            TOKEN_VERIFICATIONS.init([verifier.kind(), VERIFIED]);
        }
        Self { jwt_verifiers, key_set, revocations: Revocations::default(), clock }
    }

    /// Verifies a credential of a request at the present time, and counts the outcome.
    pub(in crate::auth) async fn authenticate(&self, credential: Credential<'_>) -> Result<Principal, TokenError> {
        let Credential::Jwt(token) = credential;
        let (kind, result) = self.verify_jwt(token, self.clock.now()).await;
        let outcome = result.as_ref().map_or_else(Into::into, |_| VERIFIED);
        TOKEN_VERIFICATIONS.inc([kind, outcome]);
        set_attributes(|| {
            [KeyValue::new("taskbridge.token.kind", kind), KeyValue::new("taskbridge.token.outcome", outcome)]
        });
        result
    }

    /// Verifies a credential at the instant `now`.
    ///
    /// # Errors
    ///
    /// [`TokenError::KeySetUnavailable`] if the key set is needed and cannot be fetched; another [`TokenError`] if the
    /// credential is rejected.
    pub async fn verify(&self, credential: Credential<'_>, now: DateTime<Utc>) -> Result<Principal, TokenError> {
        match credential {
            Credential::Jwt(token) => self.verify_jwt(token, now).await.1,
        }
    }

    /// Returns the kind of the token too.
    async fn verify_jwt(&self, token: &str, now: DateTime<Utc>) -> (&'static str, Result<Principal, TokenError>) {
        let token = match UnverifiedToken::parse(token) {
            Ok(token) => token,
            Err(error) => return (UNKNOWN_KIND, Err(TokenError::Format { error, hint: identify_non_jwt(token) })),
        };
        for verifier in &self.jwt_verifiers {
            match verifier.verify(&token, now).await {
                Verification::NotApplicable => {}
                Verification::Rejected(error) => return (verifier.kind(), Err(error)),
                Verification::Verified(claims) => {
                    return (verifier.kind(), self.check_revoked(Principal::new(claims, token.signed_part())));
                }
            }
        }
        let (algorithm, media_type) = (Quoted::new(token.algorithm()), token.media_type().map(Quoted::new));
        (UNKNOWN_KIND, Err(TokenError::NoVerifier { algorithm, media_type, accepted: self.accepts() }))
    }

    fn check_revoked(&self, principal: Principal) -> Result<Principal, TokenError> {
        if self.revocations.is_revoked(&principal) { Err(TokenError::Revoked) } else { Ok(principal) }
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

    /// Returns what reads the state of revocations and of the key set for metrics.
    pub(crate) fn collector(&self) -> AuthCollector {
        AuthCollector { revocations: self.revocations.clone(), key_set: self.key_set.clone() }
    }

    /// Returns the state of the fetched key set; `None` if no verifier fetches one.
    pub(crate) fn key_set_status(&self) -> Option<KeySetStatus> {
        self.key_set.as_ref().map(KeySetMonitor::status)
    }
}
