//! Refresh tokens: 256 bits and their MAC under a key derived from a secret. Only a hash is stored (RFC 9700 §4.14).

use std::{fmt, iter};

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{TokenHash, session::Successors};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::{
    auth::derive_key,
    config::{Secret, Secrets},
};

/// HKDF info of the key that derives a token's successor (RFC 5869 §3.2).
const SUCCESSOR_INFO: &[u8] = b"taskbridge refresh token 1";

/// HKDF info of the MAC key.
const MAC_INFO: &[u8] = b"taskbridge refresh token mark 1";

/// A refresh token: 32 bytes, followed by their MAC. Zeroized on drop.
#[derive(Clone)]
pub(crate) struct RefreshToken(Zeroizing<[u8; 64]>);

/// Generates refresh tokens and verifies those of every configured secret. A token has one successor per secret, so that a
/// repeated request gets the same successor, even if another secret has become the first in between.
#[derive(Clone)]
pub(super) struct RefreshTokenKeys {
    current: RefreshTokenKey,
    previous: Vec<RefreshTokenKey>,
}

/// The keys derived from one secret.
#[derive(Clone)]
struct RefreshTokenKey {
    successor: hmac::Key,
    mac: hmac::Key,
}

impl RefreshToken {
    /// Returns the hash that is stored.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::new(&self.expose())
    }

    /// Returns the text that the client receives.
    pub(super) fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*self.0))
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.0.split_at(32)
    }
}

impl RefreshTokenKeys {
    pub(super) fn from_secrets(secrets: &Secrets) -> Self {
        Self {
            current: RefreshTokenKey::from_secret(secrets.first()),
            previous: secrets.iter().skip(1).map(RefreshTokenKey::from_secret).collect(),
        }
    }

    /// Generates a random token.
    pub(super) fn generate(&self) -> Result<RefreshToken, getrandom::Error> {
        let mut random = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *random)?;
        Ok(self.current.with_mac(&*random))
    }

    /// Returns the hashes of the possible successors of `token`, or `None` if its MAC does not verify.
    pub(super) fn successors(&self, token: &RefreshToken) -> Option<Successors> {
        if !self.iter().any(|key| key.verify(token)) {
            return None;
        }
        let previous = self.previous.iter().map(|key| key.successor(token).hash()).collect();
        Some(Successors { current: self.current.successor(token).hash(), previous })
    }

    /// Returns the successor of `token` with this hash.
    pub(super) fn find_successor(&self, hash: TokenHash, token: &RefreshToken) -> Option<RefreshToken> {
        self.iter().map(|key| key.successor(token)).find(|successor| successor.hash() == hash)
    }

    fn iter(&self) -> impl Iterator<Item = &RefreshTokenKey> {
        iter::once(&self.current).chain(&self.previous)
    }
}

impl RefreshTokenKey {
    fn from_secret(secret: &Secret) -> Self {
        let key = |info| hmac::Key::new(HMAC_SHA256, &derive_key(secret.expose().as_bytes(), info));
        Self { successor: key(SUCCESSOR_INFO), mac: key(MAC_INFO) }
    }

    fn successor(&self, token: &RefreshToken) -> RefreshToken {
        self.with_mac(hmac::sign(&self.successor, token.parts().0).as_ref())
    }

    fn verify(&self, token: &RefreshToken) -> bool {
        let (random, mac) = token.parts();
        hmac::verify(&self.mac, random, mac).is_ok()
    }

    fn with_mac(&self, random: &[u8]) -> RefreshToken {
        let mut bytes = Zeroizing::new([0; 64]);
        let (value, mac) = bytes.split_at_mut(32);
        value.copy_from_slice(random);
        mac.copy_from_slice(hmac::sign(&self.mac, random).as_ref());
        RefreshToken(bytes)
    }
}

/// Malformed text becomes a token whose MAC does not verify, so that both are rejected in the same way.
impl<'de> Deserialize<'de> for RefreshToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let mut bytes = Zeroizing::new([0; 64]);
        if BASE64_URL_SAFE_NO_PAD.decode_slice(&*text, &mut *bytes).is_ok_and(|length| length == 64) {
            return Ok(Self(bytes));
        }
        Ok(Self(Zeroizing::new([0; 64])))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(***)")
    }
}
