//! An Ed25519 key pair (RFC 8037) in the form of Better Auth's table.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::signing_key::{NewSigningKey, PrivateKeyText, StoredSigningKey};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::Zeroizing;

use super::encryption::{decrypt, encrypt};
use crate::config::{Secret, Secrets};

/// A key pair and its id.
pub(in crate::auth) struct KeyPair {
    pub(super) kid: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pair: Ed25519KeyPair,
}

/// Why a stored private key cannot be used, or none could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyPairError {
    /// The key is for another algorithm.
    #[error("it is no Ed25519 key")]
    OtherAlgorithm,
    /// None of the configured secrets decrypts the private key.
    #[error("no configured secret decrypts it; check BETTER_AUTH_SECRET")]
    Encrypted,
    /// The private key is not a JWK, or is that of another public key.
    #[error("it is no JWK of its public key")]
    Malformed,
    /// The system's random numbers or the cryptographic backend failed.
    #[error("the cryptographic backend failed")]
    Backend,
}

/// The members of a public or private JWK (RFC 8037 §2).
#[derive(Deserialize)]
struct Jwk<'j> {
    crv: &'j str,
    x: &'j str,
    #[serde(default)]
    d: Option<&'j str>,
}

#[derive(Serialize)]
struct Header<'h> {
    typ: &'static str,
    alg: &'static str,
    kid: &'h str,
}

impl KeyPair {
    /// Generates a key pair to store.
    pub(super) fn generate(
        secret: &Secret,
        created_at: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<NewSigningKey, KeyPairError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|_unavailable| KeyPairError::Backend)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_rejected| KeyPairError::Backend)?;
        let x = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
        let d = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*seed));
        let private = Zeroizing::new(format!(r#"{{"crv":"Ed25519","d":"{}","x":"{x}","kty":"OKP"}}"#, *d));
        let private = encrypt(&private, secret).ok_or(KeyPairError::Backend)?;
        Ok(NewSigningKey {
            public_key: json!({ "crv": "Ed25519", "x": x, "kty": "OKP" }).to_string(),
            private_key: PrivateKeyText::from(json!(private).to_string()),
            created_at,
            expires_at,
        })
    }

    /// Decrypts and parses a stored key pair.
    pub(super) fn from_stored(stored: &StoredSigningKey, secrets: &Secrets) -> Result<Self, KeyPairError> {
        let public = Jwk::parse(&stored.public_key).map_err(|_malformed| KeyPairError::OtherAlgorithm)?;
        if public.crv != "Ed25519" {
            return Err(KeyPairError::OtherAlgorithm);
        }
        // Better Auth stores a JSON string, or a JWK if it is configured not to encrypt
        let private = match serde_json::from_str::<String>(stored.private_key.expose()) {
            Ok(encrypted) => decrypt(&encrypted, secrets).ok_or(KeyPairError::Encrypted)?,
            Err(_) => Zeroizing::new(stored.private_key.expose().to_owned()),
        };
        Ok(Self {
            kid: stored.id.clone(),
            created_at: stored.created_at,
            expires_at: stored.expires_at,
            pair: Jwk::parse(&private)?.key_pair(public.x)?,
        })
    }

    /// Returns a JWT with this media type in compact form (RFC 7515 §3.1).
    pub(in crate::auth) fn sign(
        &self,
        media_type: &'static str,
        claims: &impl Serialize,
    ) -> Result<String, serde_json::Error> {
        let header = serde_json::to_vec(&Header { typ: media_type, alg: "EdDSA", kid: &self.kid })?;
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

impl<'j> Jwk<'j> {
    fn parse(json: &'j str) -> Result<Self, KeyPairError> {
        serde_json::from_str(json).map_err(|_malformed| KeyPairError::Malformed)
    }

    /// Returns the key pair of a private JWK if its public key is `x`.
    fn key_pair(&self, x: &str) -> Result<Ed25519KeyPair, KeyPairError> {
        let d = self.d.filter(|_| self.x == x).ok_or(KeyPairError::Malformed)?;
        let decode = |text| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_malformed| KeyPairError::Malformed);
        let (seed, public) = (Zeroizing::new(decode(d)?), decode(x)?);
        Ed25519KeyPair::from_seed_and_public_key(&seed, &public).map_err(|_rejected| KeyPairError::Malformed)
    }
}
