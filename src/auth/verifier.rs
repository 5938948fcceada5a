//! A door: one kind of token, and what it takes to be let in with it.

use chrono::{DateTime, Utc};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};

use super::{error::Reason, validation::Claims};
use crate::jose::Unproven;

/// What a door says of a token. A refused token is not tried at another door.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The token is of another kind.
    NotMine,
    /// The token is genuine, and this is what it says.
    Proven(Claims),
    /// The token is of this kind, and not let in.
    Refused(Reason),
}

/// A verdict at once, or in a while where a door has to fetch something first.
pub type Judgement<'v> = Either<Ready<Verdict>, LocalBoxFuture<'v, Verdict>>;

/// One kind of token.
pub trait Verifier: Send + Sync {
    /// Judges a token at the instant `now`.
    fn judge<'v>(&'v self, token: &'v Unproven<'v>, now: DateTime<Utc>) -> Judgement<'v>;

    /// The setting that opened it, and what it lets in, for a message.
    fn accepts(&self) -> String;

    /// How its keys are, if it has to fetch them.
    fn key_set(&self, _now: DateTime<Utc>) -> Option<KeySetState> {
        None
    }
}

/// How a fetched key set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySetState {
    /// As good as its server's.
    Fresh,
    /// Its server is away; the known keys serve.
    Stale,
    /// There is none, or none that may still be used.
    Away,
}

/// A verdict that needs nothing fetched.
pub(in crate::auth) fn at_once<'v>(verdict: Verdict) -> Judgement<'v> {
    Either::Left(ready(verdict))
}
