//! Access tokens of this service (RFC 9068 §2.1 defines their media type).

use aws_lc_rs::{
    digest::{SHA256, digest},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    hmac::{self, HMAC_SHA256},
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

use super::{
    access_token_claims::{AccessTokenClaims, MEDIA_TYPE},
    signed_access_token::SignedAccessTokens,
};
use crate::{
    auth::{
        claims::{Claims, TokenSession},
        error::TokenError,
        validation::Validation,
        verifier::{JwtVerifier, Verification, VerifyFuture, immediate},
    },
    config::Secrets,
    jose::{Quoted, UnverifiedToken},
};

/// The purpose of the derived keys (RFC 5869 §3.2). The secret itself cannot be the key: Better Auth accepts any HS256 token
/// under it.
const HKDF_INFO: &[u8] = b"taskbridge access token 1";

/// How many bytes of a key's hash are its id.
const KEY_ID_BYTES: usize = 8;

/// Signs and verifies access tokens.
pub struct AccessTokens {
    keys: Vec<Key>,
    validation: Validation,
    /// Signs, if it is configured; tokens under the derived keys are then accepted too.
    signed: Option<SignedAccessTokens>,
}

/// A key derived from one of the secrets.
struct Key {
    id: String,
    signing: EncodingKey,
    verifying: hmac::Key,
}

impl AccessTokens {
    /// Derives a key from each of `secrets`. The first one signs, unless `signed` does; all verify.
    #[must_use]
    pub fn new(secrets: &Secrets, validation: Validation, signed: Option<SignedAccessTokens>) -> Self {
        let keys = secrets.iter().map(|secret| Key::derive_from(secret.expose().as_bytes())).collect();
        Self { keys, validation, signed }
    }

    /// Signs a token.
    ///
    /// # Errors
    ///
    /// [`jsonwebtoken::errors::Error`] if there is no key or the cryptographic backend fails.
    pub fn sign(&self, claims: &AccessTokenClaims) -> Result<String, jsonwebtoken::errors::Error> {
        if let Some(signed) = &self.signed {
            return signed.sign(claims).ok_or_else(|| jsonwebtoken::errors::ErrorKind::InvalidKeyFormat.into());
        }
        let Some(key) = self.keys.first() else {
            return Err(jsonwebtoken::errors::ErrorKind::InvalidKeyFormat.into());
        };
        let header =
            Header { typ: Some(MEDIA_TYPE.to_owned()), kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, claims, &key.signing)
    }

    fn claims(&self, token: &UnverifiedToken<'_>, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let kid = token.kid().unwrap_or_default();
        let key = self.keys.iter().find(|key| key.id == kid);
        let key = key.ok_or_else(|| TokenError::UnknownSigningKey(Quoted::new(kid)))?;
        let payload = token.verify_hmac(std::slice::from_ref(&key.verifying));
        let payload = payload.ok_or_else(|| TokenError::InvalidSignature("this service's own key".into()))?;
        let claims = self.validation.validate(&payload, now, TokenSession::Own)?;
        if claims.session.is_none() {
            return Err(TokenError::InvalidPayload("missing field `sid`".into()));
        }
        Ok(claims)
    }
}

impl JwtVerifier for AccessTokens {
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        let is_access_token = token.media_type().is_some_and(|typ| typ.eq_ignore_ascii_case(MEDIA_TYPE));
        match (token.algorithm(), &self.signed) {
            _ if !is_access_token => immediate(Verification::NotApplicable),
            ("HS256", _) => immediate(self.claims(token, now)),
            ("EdDSA", Some(signed)) => signed.verify(token, now),
            _ => immediate(Verification::NotApplicable),
        }
    }

    fn kind(&self) -> &'static str {
        "access_token"
    }

    fn accepts(&self) -> String {
        let algorithms = if self.signed.is_some() { "HS256 or EdDSA" } else { "HS256" };
        format!("ACCOUNTS ({algorithms} with typ `at+jwt`, issued by this service)")
    }
}

impl Key {
    fn derive_from(secret: &[u8]) -> Self {
        let key = derive_key(secret, HKDF_INFO);
        let hash = digest(&SHA256, &key);
        let (id, _) = hash.as_ref().split_at(KEY_ID_BYTES);
        let verifying = hmac::Key::new(HMAC_SHA256, &key);
        Self { id: hex::encode(id), signing: EncodingKey::from_secret(&key), verifying }
    }
}

/// Derives a 256-bit key for one purpose by HKDF-SHA256 (RFC 5869).
pub(crate) fn derive_key(secret: &[u8], info: &[u8]) -> [u8; 32] {
    struct Bits256;
    impl KeyType for Bits256 {
        fn len(&self) -> usize {
            32
        }
    }
    let mut key = [0; 32];
    let pseudorandom_key = Salt::new(HKDF_SHA256, &[]).extract(secret);
    let filled = pseudorandom_key.expand(&[info], Bits256).and_then(|material| material.fill(&mut key));
    debug_assert!(filled.is_ok(), "256 bits are one block of HKDF-SHA256");
    key
}
