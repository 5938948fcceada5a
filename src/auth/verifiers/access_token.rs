//! The third door: our own access tokens, minted and verified here alone (RFC 9068 §2.1 has their media type).

use std::{fmt::Write, sync::Arc};

use aws_lc_rs::{
    digest::{SHA256, digest},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use serde::Serialize;

use crate::{
    auth::{
        error::TokenError,
        validation::{Claims, Validation},
        verifier::{Verification, Verifier, VerifyFuture, immediate},
    },
    config::Secrets,
    jose::{Quoted, UnverifiedToken},
};

/// Tells our tokens from all others under the same secret.
const MEDIA_TYPE: &str = "at+jwt";

/// What the keys are derived for (RFC 5869 §3.2): Better Auth takes any HS256 token under the secret itself for its own.
const HKDF_INFO: &[u8] = b"taskbridge access token 1";

/// Mints access tokens, and lets them in.
#[derive(Clone)]
pub struct AccessTokens {
    keys: Arc<[Key]>,
    validation: Validation,
}

/// A key derived from one of the secrets.
struct Key {
    id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

/// An access token to be.
#[derive(Debug, Clone, Serialize)]
pub struct AccessTokenClaims {
    /// Who it is for.
    pub sub: String,
    /// Their e-mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The session that it belongs to, and ends with.
    pub sid: String,
    /// Its own id.
    pub jti: String,
    /// When it is made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

impl AccessTokens {
    /// A door for tokens under keys derived from `secrets`: any of them verifies, the first signs.
    #[must_use]
    pub fn new(secrets: &Secrets, validation: Validation) -> Self {
        Self { keys: secrets.iter().map(|secret| Key::derive_from(secret.expose().as_bytes())).collect(), validation }
    }

    /// The token.
    ///
    /// # Errors
    ///
    /// What the cryptographic backend says.
    pub fn sign(&self, grant: &AccessTokenClaims) -> Result<String, jsonwebtoken::errors::Error> {
        let Some(key) = self.keys.first() else {
            return Err(jsonwebtoken::errors::ErrorKind::InvalidKeyFormat.into());
        };
        let header =
            Header { typ: Some(MEDIA_TYPE.to_owned()), kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, grant, &key.signing)
    }

    fn verify_claims(&self, token: &UnverifiedToken<'_>, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let kid = token.kid().unwrap_or_default();
        let key = self
            .keys
            .iter()
            .find(|key| key.id == kid)
            .ok_or_else(|| TokenError::UnknownSigningKey(Quoted::new(kid)))?;
        let payload = token.verify_hmac(std::slice::from_ref(&key.verifying), Algorithm::HS256);
        let payload = payload.ok_or_else(|| TokenError::InvalidSignature("the service's own key".into()))?;
        let mut claims = self.validation.validate(&payload, now)?;
        let session = claims
            .front_end_session
            .take()
            .ok_or_else(|| TokenError::InvalidPayload("missing field `sid`".to_owned()))?;
        Ok(Claims { session: Some(session), ..claims })
    }
}

impl Verifier for AccessTokens {
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        let is_mine = token.media_type().is_some_and(|typ| typ.eq_ignore_ascii_case(MEDIA_TYPE));
        if token.algorithm() != "HS256" || !is_mine {
            return immediate(Verification::NotApplicable);
        }
        immediate(self.verify_claims(token, now).map_or_else(Verification::Rejected, Verification::Verified))
    }

    fn accepts(&self) -> String {
        "ACCOUNTS (HS256 with typ `at+jwt`, made here)".into()
    }
}

impl Key {
    fn derive_from(secret: &[u8]) -> Self {
        let key = derive_key(secret, HKDF_INFO);
        let id = digest(&SHA256, &key).as_ref().iter().take(8).fold(String::new(), |mut id, octet| {
            write!(id, "{octet:02x}").ok();
            id
        });
        Self { id, signing: EncodingKey::from_secret(&key), verifying: DecodingKey::from_secret(&key) }
    }
}

/// 256 bits by HKDF-SHA256 (RFC 5869), for one purpose.
pub(crate) fn derive_key(secret: &[u8], label: &[u8]) -> [u8; 32] {
    struct Bits256;
    impl KeyType for Bits256 {
        fn len(&self) -> usize {
            32
        }
    }
    let mut key = [0; 32];
    let material = Salt::new(HKDF_SHA256, &[]).extract(secret);
    let filled = material.expand(&[label], Bits256).and_then(|material| material.fill(&mut key));
    debug_assert!(filled.is_ok(), "256 bits are one block of HKDF-SHA256");
    key
}
