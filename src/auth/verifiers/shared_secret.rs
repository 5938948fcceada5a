//! The first door: HS256 under the secret that the front end shares (RFC 7518 §3.2).

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use serde::Serialize;

use crate::{
    auth::{
        error::TokenError,
        validation::Validation,
        verifier::{Verification, Verifier, VerifyFuture, immediate},
    },
    config::Secrets,
    jose::UnverifiedToken,
};

/// Lets in what a front end mints as `new SignJWT({ sub, email, name }).setProtectedHeader({ alg: 'HS256' })`.
pub struct SharedSecret {
    keys: Vec<DecodingKey>,
    validation: Validation,
}

impl SharedSecret {
    /// A door that opens to any of `secrets`; their UTF-8 octets are the keys, as in `TextEncoder().encode(secret)`.
    #[must_use]
    pub fn new(secrets: &Secrets, validation: Validation) -> Self {
        let key = |secret: &crate::config::Secret| DecodingKey::from_secret(secret.expose().as_bytes());
        Self { keys: secrets.iter().map(key).collect(), validation }
    }

    fn verify_now(&self, token: &UnverifiedToken<'_>, now: DateTime<Utc>) -> Verification {
        if token.algorithm() != "HS256" || !token.is_generic_jwt() {
            return Verification::NotApplicable;
        }
        let Some(payload) = token.verify_hmac(&self.keys, Algorithm::HS256) else {
            return Verification::Rejected(TokenError::InvalidSignature("BETTER_AUTH_SECRET".into()));
        };
        match self.validation.validate(&payload, now) {
            Ok(claims) => Verification::Verified(claims),
            Err(reason) => Verification::Rejected(reason),
        }
    }
}

impl Verifier for SharedSecret {
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        immediate(self.verify_now(token, now))
    }

    fn accepts(&self) -> String {
        "BETTER_AUTH_SECRET (HS256 with typ `JWT` or none)".into()
    }
}

/// A token of the front end's kind, to be made here: for curl, for QA and for the test at start.
#[derive(Debug, Clone, Serialize)]
pub struct SharedSecretClaims {
    /// Who it is for.
    pub sub: String,
    /// Their e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it is made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

impl SharedSecretClaims {
    /// The token, under the present secret, to the octet as `jose` makes it.
    ///
    /// # Errors
    ///
    /// What the cryptographic backend says.
    pub fn sign(&self, secrets: &Secrets) -> Result<String, jsonwebtoken::errors::Error> {
        let secret = secrets.first().expose().as_bytes();
        encode(&Header { typ: None, ..Header::new(Algorithm::HS256) }, self, &EncodingKey::from_secret(secret))
    }
}
