//! Refresh tokens: opaque, 256 bits, kept nowhere but as a hash (RFC 9700 §4.14).

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::TokenHash;
use serde::{Deserialize, Deserializer, de::Error};
use zeroize::Zeroizing;

use crate::{auth::derive, config::Secret};

/// What successors are derived for (RFC 5869 §3.2).
const LABEL: &[u8] = b"taskbridge refresh token 1";

/// A refresh token. Whoever has it can stay signed in.
#[derive(Clone)]
pub(crate) struct RefreshToken(Zeroizing<[u8; 32]>);

/// Makes of each token its one successor, so that whose answer was lost can be given the same again.
#[derive(Clone)]
pub(super) struct Succession(hmac::Key);

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
    pub(super) fn under(secret: &Secret) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, &derive(secret.expose().as_bytes(), LABEL)))
    }

    pub(super) fn after(&self, token: &RefreshToken) -> RefreshToken {
        let mut octets = Zeroizing::new([0; 32]);
        octets.copy_from_slice(hmac::sign(&self.0, &*token.0).as_ref());
        RefreshToken(octets)
    }
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
