//! Refresh tokens: opaque, 256 bits and the mark of the secret that they were made under, kept nowhere but as a hash
//! (RFC 9700 §4.14).

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{TokenHash, session::Successors};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::{
    auth::derive_key,
    config::{Secret, Secrets},
};

/// What keys are derived for (RFC 5869 §3.2).
const SUCCESSOR_INFO: &[u8] = b"taskbridge refresh token 1";
const MAC_INFO: &[u8] = b"taskbridge refresh token mark 1";

/// A refresh token: what makes it the only one, and its mark. Whoever has it can stay signed in.
#[derive(Clone)]
pub(crate) struct RefreshToken(Zeroizing<[u8; 64]>);

/// Makes refresh tokens, and knows those that were made under a secret that is still set. Each has one successor, so that
/// whose answer was lost can be given the same again, even where another secret is the first by now.
#[derive(Clone)]
pub(super) struct RefreshTokenKeys {
    current: RefreshTokenKey,
    previous: Vec<RefreshTokenKey>,
}

/// The keys of one secret.
#[derive(Clone)]
struct RefreshTokenKey {
    successor: hmac::Key,
    mac: hmac::Key,
}

impl RefreshToken {
    /// What is stored of it.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::new(&self.expose())
    }

    /// What a client gets.
    pub(super) fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*self.0))
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.0.split_at(32)
    }
}

impl RefreshTokenKeys {
    /// None without a secret.
    pub(super) fn from_secrets(secrets: &Secrets) -> Option<Self> {
        let mut keys = secrets.iter().map(RefreshTokenKey::from_secret);
        Some(Self { current: keys.next()?, previous: keys.collect() })
    }

    /// A new one, of the system's randomness.
    pub(super) fn generate(&self) -> Result<RefreshToken, getrandom::Error> {
        let mut random = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *random)?;
        Ok(self.current.with_mac(&*random))
    }

    /// What comes after `token`, if it was made here.
    pub(super) fn successors(&self, token: &RefreshToken) -> Option<Successors> {
        if !self.iter().any(|key| key.verify(token)) {
            return None;
        }
        let previous = self.previous.iter().map(|key| key.successor(token).hash()).collect();
        Some(Successors { current: self.current.successor(token).hash(), previous })
    }

    /// The one after `token` whose hash is this.
    pub(super) fn find_successor(&self, hash: TokenHash, token: &RefreshToken) -> Option<RefreshToken> {
        self.iter().map(|key| key.successor(token)).find(|successor| successor.hash() == hash)
    }

    fn iter(&self) -> impl Iterator<Item = &RefreshTokenKey> {
        [&self.current].into_iter().chain(&self.previous)
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
        let (left, right) = bytes.split_at_mut(32);
        left.copy_from_slice(random);
        right.copy_from_slice(hmac::sign(&self.mac, random).as_ref());
        RefreshToken(bytes)
    }
}

/// What can't be one is taken for one that was not made here: it is refused all the same, and not told apart.
impl<'de> Deserialize<'de> for RefreshToken {
    fn deserialize<D: Deserializer<'de>>(sent: D) -> Result<Self, D::Error> {
        let sent = Zeroizing::new(String::deserialize(sent)?);
        let mut bytes = Zeroizing::new([0; 64]);
        if BASE64_URL_SAFE_NO_PAD.decode_slice(&*sent, &mut *bytes).is_ok_and(|read| read == 64) {
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
