//! Refresh tokens: opaque, 256 bits and the mark of the secret that they were made under, kept nowhere but as a hash
//! (RFC 9700 §4.14).

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{TokenHash, session::Successors};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::{
    auth::derive,
    config::{Secret, Secrets},
};

/// What keys are derived for (RFC 5869 §3.2).
const NEXT: &[u8] = b"taskbridge refresh token 1";
const MARK: &[u8] = b"taskbridge refresh token mark 1";

/// A refresh token: what makes it the only one, and its mark. Whoever has it can stay signed in.
#[derive(Clone)]
pub(crate) struct RefreshToken(Zeroizing<[u8; 64]>);

/// Makes refresh tokens, and knows those that were made under a secret that is still set. Each has one successor, so that
/// whose answer was lost can be given the same again, even where another secret is the first by now.
#[derive(Clone)]
pub(super) struct Makers {
    now: Maker,
    before: Vec<Maker>,
}

/// The keys of one secret.
#[derive(Clone)]
struct Maker {
    next: hmac::Key,
    mark: hmac::Key,
}

impl RefreshToken {
    /// What is stored of it.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::new(&self.reveal())
    }

    /// What a client gets.
    pub(super) fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*self.0))
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.0.split_at(32)
    }
}

impl Makers {
    /// None without a secret.
    pub(super) fn under(secrets: &Secrets) -> Option<Self> {
        let mut makers = secrets.all.iter().map(Maker::under);
        Some(Self { now: makers.next()?, before: makers.collect() })
    }

    /// A new one, of the system's randomness.
    pub(super) fn make(&self) -> Result<RefreshToken, getrandom::Error> {
        let mut random = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *random)?;
        Ok(self.now.marked(&*random))
    }

    /// What comes after `token`, if it was made here.
    pub(super) fn after(&self, token: &RefreshToken) -> Option<Successors> {
        if !self.all().any(|maker| maker.made(token)) {
            return None;
        }
        let before = self.before.iter().map(|maker| maker.after(token).hash()).collect();
        Some(Successors { current: self.now.after(token).hash(), previous: before })
    }

    /// The one after `token` whose hash is this.
    pub(super) fn stored_as(&self, hash: TokenHash, token: &RefreshToken) -> Option<RefreshToken> {
        self.all().map(|maker| maker.after(token)).find(|successor| successor.hash() == hash)
    }

    fn all(&self) -> impl Iterator<Item = &Maker> {
        [&self.now].into_iter().chain(&self.before)
    }
}

impl Maker {
    fn under(secret: &Secret) -> Self {
        let key = |label| hmac::Key::new(HMAC_SHA256, &derive(secret.expose().as_bytes(), label));
        Self { next: key(NEXT), mark: key(MARK) }
    }

    fn after(&self, token: &RefreshToken) -> RefreshToken {
        self.marked(hmac::sign(&self.next, token.parts().0).as_ref())
    }

    fn made(&self, token: &RefreshToken) -> bool {
        let (random, mark) = token.parts();
        hmac::verify(&self.mark, random, mark).is_ok()
    }

    fn marked(&self, random: &[u8]) -> RefreshToken {
        let mut octets = Zeroizing::new([0; 64]);
        let (left, right) = octets.split_at_mut(32);
        left.copy_from_slice(random);
        right.copy_from_slice(hmac::sign(&self.mark, random).as_ref());
        RefreshToken(octets)
    }
}

/// What can't be one is taken for one that was not made here: it is refused all the same, and not told apart.
impl<'de> Deserialize<'de> for RefreshToken {
    fn deserialize<D: Deserializer<'de>>(sent: D) -> Result<Self, D::Error> {
        let sent = Zeroizing::new(String::deserialize(sent)?);
        let mut octets = Zeroizing::new([0; 64]);
        if BASE64_URL_SAFE_NO_PAD.decode_slice(&*sent, &mut *octets).is_ok_and(|read| read == 64) {
            return Ok(Self(octets));
        }
        Ok(Self(Zeroizing::new([0; 64])))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(***)")
    }
}
