//! A door: one kind of token, and what it takes to be let in with it.

use chrono::{DateTime, Utc};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};

use super::{error::TokenError, validation::Claims};
use crate::jose::UnverifiedToken;

/// What a door says of a token. A refused token is not tried at another door.
#[derive(Debug, Clone, PartialEq)]
pub enum Verification {
    /// The token is of another kind.
    NotApplicable,
    /// The token is genuine, and this is what it says.
    Verified(Claims),
    /// The token is of this kind, and not let in.
    Rejected(TokenError),
}

/// A verdict at once, or in a while where a door has to fetch something first.
pub type VerifyFuture<'v> = Either<Ready<Verification>, LocalBoxFuture<'v, Verification>>;

/// One kind of token.
pub trait Verifier: Send + Sync {
    /// Judges a token at the instant `now`.
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v>;

    /// The setting that opened it, and what it lets in, for a message.
    fn accepts(&self) -> String;

    /// How its keys are, if it has to fetch them.
    fn key_set_status(&self, _now: DateTime<Utc>) -> Option<KeySetStatus> {
        None
    }
}

/// How a fetched key set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySetStatus {
    /// As good as its server's.
    Fresh,
    /// Its server is away; the known keys serve.
    Stale,
    /// There is none, or none that may still be used.
    Unavailable,
}

/// A verdict that needs nothing fetched.
pub(in crate::auth) fn immediate<'v>(verdict: Verification) -> VerifyFuture<'v> {
    Either::Left(ready(verdict))
}
