//! Access tokens of this service that others can verify: signed with a key pair of the table `jwks`.

use std::{slice, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::Either};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::access_token_claims::{AccessTokenClaims, MEDIA_TYPE};
use crate::{
    auth::{
        allowed_values::AllowedValues,
        claims::TokenSession,
        error::TokenError,
        jwks::VerifiedTokenCache,
        signing_keys::SigningKeys,
        validation::Validation,
        verifier::{Verification, VerifyFuture, immediate},
    },
    jose::{KeySetEntry, UnverifiedToken, algorithm::Algorithm, json::parse_object},
};

/// Signs and verifies access tokens with `EdDSA`.
pub struct SignedAccessTokens {
    keys: Arc<SigningKeys>,
    /// `iss` and `aud` of every token.
    origin: String,
    validation: Validation,
    verified_tokens: VerifiedTokenCache,
}

/// The claims of an access token with its issuer, which is also its audience.
#[derive(Serialize)]
struct IssuedClaims<'c> {
    iss: &'c str,
    aud: &'c str,
    #[serde(flatten)]
    claims: &'c AccessTokenClaims,
}

/// The claims that tell this service's tokens from those that a Better Auth signs with the same keys. Access tokens of its
/// OAuth clients name the client (RFC 9068 §2.2).
#[derive(Deserialize)]
struct IssuerClaims {
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    client_id: Option<IgnoredAny>,
    #[serde(default)]
    azp: Option<IgnoredAny>,
    #[serde(default)]
    scope: Option<IgnoredAny>,
}

impl SignedAccessTokens {
    /// Creates the signer and verifier of tokens that this origin issues.
    #[must_use]
    pub fn new(keys: Arc<SigningKeys>, origin: String, validation: &Validation) -> Self {
        let own_origin = AllowedValues::new("PUBLIC_URL", slice::from_ref(&origin));
        let validation = Validation {
            issuers: own_origin.clone(),
            audiences: own_origin,
            require_iss_and_aud: true,
            ..validation.clone()
        };
        Self { keys, origin, validation, verified_tokens: VerifiedTokenCache::new() }
    }

    /// Signs a token; `None` if there is no key.
    pub(super) fn sign(&self, claims: &AccessTokenClaims) -> Option<String> {
        let claims = IssuedClaims { iss: &self.origin, aud: &self.origin, claims };
        self.keys.signer()?.sign(MEDIA_TYPE, &claims).ok()
    }

    /// Verifies a token. One with an unknown key waits until the keys have been loaded once more.
    pub(super) fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        let Some(kid) = token.kid() else { return immediate(Verification::NotApplicable) };
        if let Some(key) = self.keys.public_key(kid) {
            return immediate(self.verify_with(&key, token, now));
        }
        if !self.keys.may_find(kid, now) {
            return immediate(Verification::NotApplicable);
        }
        let verify_again = async move {
            let key = self.keys.find_public_key(kid).await;
            key.map_or(Verification::NotApplicable, |key| self.verify_with(&key, token, now))
        };
        Either::Right(verify_again.boxed_local())
    }

    fn verify_with(&self, key: &Arc<KeySetEntry>, token: &UnverifiedToken<'_>, now: DateTime<Utc>) -> Verification {
        let hash = token.hash();
        if let Some(claims) = self.verified_tokens.get(&hash, key) {
            return self.validation.validate_times(&claims.times, now).map(|()| claims).into();
        }
        let Some(payload) =
            token.verify_with(|signed, signature| key.key.verify_by(Algorithm::EdDsa, signed, signature))
        else {
            let key = format!("the key {} of the table jwks", key.label());
            return Verification::Rejected(TokenError::InvalidSignature(key));
        };
        if self.is_of_another_issuer(&payload) {
            return Verification::NotApplicable;
        }
        let claims = self.validation.validate(&payload, now, TokenSession::Own);
        let claims = claims.and_then(|claims| match claims.session {
            Some(_) => Ok(claims),
            None => Err(TokenError::InvalidPayload("missing field `sid`".into())),
        });
        if let Ok(claims) = &claims {
            self.verified_tokens.insert(hash, key, claims);
        }
        claims.into()
    }

    /// Returns whether another verifier has to decide on a genuine token.
    fn is_of_another_issuer(&self, payload: &[u8]) -> bool {
        parse_object::<IssuerClaims>(payload).is_ok_and(|claims| {
            let names_a_client = claims.client_id.or(claims.azp).or(claims.scope).is_some();
            names_a_client || claims.iss.is_none_or(|iss| iss != self.origin)
        })
    }
}
