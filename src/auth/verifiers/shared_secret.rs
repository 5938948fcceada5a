//! HS256 tokens signed with the secret that the front end shares (RFC 7518 §3.2).

use std::collections::BTreeMap;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::{
    auth::{
        claims::{Claims, TokenSession},
        error::TokenError,
        validation::Validation,
        verifier::{JwtVerifier, Verification, VerifyFuture, immediate},
    },
    config::Secrets,
    jose::UnverifiedToken,
};

/// Verifies tokens such as `new SignJWT({ sub, email, name }).setProtectedHeader({ alg: 'HS256' })` of the front end.
pub struct SharedSecret {
    keys: Vec<hmac::Key>,
    validation: Validation,
}

impl SharedSecret {
    /// Creates a verifier that accepts any of `secrets`. Their UTF-8 bytes are the keys, as in `TextEncoder().encode(secret)`.
    #[must_use]
    pub fn new(secrets: &Secrets, validation: Validation) -> Self {
        let key = |secret: &crate::config::Secret| hmac::Key::new(HMAC_SHA256, secret.expose().as_bytes());
        Self { keys: secrets.iter().map(key).collect(), validation }
    }

    fn claims(&self, token: &UnverifiedToken<'_>, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let payload = token.verify_hmac(&self.keys);
        let payload = payload.ok_or_else(|| TokenError::InvalidSignature("BETTER_AUTH_SECRET".into()))?;
        self.validation.validate(&payload, now, TokenSession::FrontEnd)
    }
}

impl JwtVerifier for SharedSecret {
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        if token.algorithm() != "HS256" || !token.is_generic_jwt() {
            return immediate(Verification::NotApplicable);
        }
        immediate(self.claims(token, now))
    }

    fn kind(&self) -> &'static str {
        "shared_secret"
    }

    fn accepts(&self) -> String {
        "BETTER_AUTH_SECRET (HS256 with typ `JWT` or none)".into()
    }
}

/// The claims of a token as the front end signs it, for `mint-token` and for the self-test.
#[derive(Debug, Clone, Serialize)]
pub struct SharedSecretClaims {
    /// The user's id.
    pub sub: String,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the token is issued, in seconds since 1970.
    pub iat: i64,
    /// When the token expires, in seconds since 1970.
    pub exp: i64,
    /// The user's id once more, by the name of the claim that `USER_ID_CLAIM` names.
    #[serde(flatten)]
    pub user_id: BTreeMap<String, String>,
}

impl SharedSecretClaims {
    /// Returns the claims of a user without a profile.
    #[must_use]
    pub fn new(sub: String, user_id_claim: Option<&str>, iat: i64, exp: i64) -> Self {
        let user_id = user_id_claim.map(|claim| (claim.to_owned(), sub.clone())).into_iter().collect();
        Self { sub, email: None, name: None, iat, exp, user_id }
    }

    /// Signs the token with the first secret. The result is byte for byte what `jose` makes of these claims.
    ///
    /// # Errors
    ///
    /// [`jsonwebtoken::errors::Error`] if the cryptographic backend fails.
    pub fn sign(&self, secrets: &Secrets) -> Result<String, jsonwebtoken::errors::Error> {
        let secret = secrets.first().expose().as_bytes();
        encode(&Header { typ: None, ..Header::new(Algorithm::HS256) }, self, &EncodingKey::from_secret(secret))
    }
}
