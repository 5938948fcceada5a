//! Refresh tokens: opaque, 256 bits, kept nowhere but as a hash (RFC 9700 §4.14).

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{TokenHash, session::Successors};
use serde::{Deserialize, Deserializer, de::Error};
use zeroize::Zeroizing;

use crate::{auth::derive, config::Secrets};

/// What successors are derived for (RFC 5869 §3.2).
const LABEL: &[u8] = b"taskbridge refresh token 1";

/// A refresh token. Whoever has it can stay signed in.
#[derive(Clone)]
pub(crate) struct RefreshToken(Zeroizing<[u8; 32]>);

/// Makes of each token its one successor, so that whose answer was lost can be given the same again; and what that was
/// under the secrets before.
#[derive(Clone)]
pub(super) struct Succession {
    now: Key,
    before: Vec<Key>,
}

impl RefreshToken {
    /// A new one, of the system's randomness.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut octets = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *octets)?;
        Ok(Self(octets))
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.reveal())
    }

    /// What a client gets.
    pub(super) fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*self.0))
    }
}

impl Succession {
    pub(super) fn under(secrets: &Secrets) -> Option<Self> {
        let mut keys =
            secrets.all.iter().map(|secret| Key::new(HMAC_SHA256, &derive(secret.expose().as_bytes(), LABEL)));
        Some(Self { now: keys.next()?, before: keys.collect() })
    }

    pub(super) fn after(&self, token: &RefreshToken) -> Successors {
        let before = self.before.iter().map(|key| successor(key, token).hash()).collect();
        Successors { now: successor(&self.now, token).hash(), before }
    }

    /// The one after `token` whose hash is this.
    pub(super) fn stored_as(&self, hash: TokenHash, token: &RefreshToken) -> Option<RefreshToken> {
        let keys = [&self.now].into_iter().chain(&self.before);
        keys.map(|key| successor(key, token)).find(|successor| successor.hash() == hash)
    }
}

fn successor(key: &Key, token: &RefreshToken) -> RefreshToken {
    let mut octets = Zeroizing::new([0; 32]);
    octets.copy_from_slice(hmac::sign(key, &*token.0).as_ref());
    RefreshToken(octets)
}

/// What can't be one is taken for one that nobody has: it is refused all the same, and not told apart.
impl<'de> Deserialize<'de> for RefreshToken {
    fn deserialize<D: Deserializer<'de>>(sent: D) -> Result<Self, D::Error> {
        let sent = Zeroizing::new(String::deserialize(sent)?);
        let octets = BASE64_URL_SAFE_NO_PAD.decode(&*sent).ok().and_then(|octets| octets.try_into().ok());
        match octets {
            Some(octets) => Ok(Self(Zeroizing::new(octets))),
            None => Self::random().map_err(D::Error::custom),
        }
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(***)")
    }
}
