//! All doors in order, and the one verdict that comes of them.

use chrono::{DateTime, Utc};

use super::{
    error::TokenError,
    principal::Principal,
    revocations::Revocations,
    validation::Claims,
    verifier::{KeySetStatus, Verification, Verifier},
};
use crate::{
    clock::Clock,
    jose::{Quoted, UnverifiedToken},
};

/// Tells from a bearer token who is calling.
pub struct Authenticator {
    verifiers: Vec<Box<dyn Verifier>>,
    revocations: Revocations,
    clock: Clock,
}

impl Authenticator {
    /// An authenticator with these doors; a token is judged by the first that knows its kind, and refused if it was revoked.
    #[must_use]
    pub fn new(verifiers: Vec<Box<dyn Verifier>>, clock: Clock) -> Self {
        Self { verifiers, revocations: Revocations::default(), clock }
    }

    /// The caller, if the token proves one.
    pub(in crate::auth) async fn authenticate(&self, token: &str) -> Result<Principal, TokenError> {
        self.verify(token, self.clock.now()).await.map(Principal::new)
    }

    /// What the token says, if it is let in at the instant `now`.
    ///
    /// # Errors
    ///
    /// The [`TokenError`] for which it is not.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let token = UnverifiedToken::parse(token)?;
        for verifier in &self.verifiers {
            match verifier.verify(&token, now).await {
                Verification::NotApplicable => {}
                Verification::Verified(claims) if self.revocations.is_revoked(&claims, || token.signed_hash()) => {
                    return Err(TokenError::Revoked);
                }
                Verification::Verified(claims) => return Ok(claims),
                Verification::Rejected(reason) => return Err(reason),
            }
        }
        Err(TokenError::NoVerifier {
            algorithm: Quoted::new(token.algorithm()),
            media_type: token.media_type().map(Quoted::new),
            accepted: self.accepts(),
        })
    }

    /// The settings that opened the doors, and what each lets in.
    pub(crate) fn accepts(&self) -> String {
        self.verifiers.iter().map(|verifier| verifier.accepts()).collect::<Vec<_>>().join(" and ")
    }

    /// What it does not let in any more.
    #[must_use]
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// How the fetched keys are, if any door has some.
    pub(crate) fn key_set_status(&self) -> Option<KeySetStatus> {
        let now = self.clock.now();
        self.verifiers.iter().find_map(|verifier| verifier.key_set_status(now))
    }
}
