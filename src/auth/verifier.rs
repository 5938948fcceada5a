//! The verifier trait: one implementation for each type of JWT.

use chrono::{DateTime, Utc};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};

use super::{claims::Claims, error::TokenError};
use crate::jose::UnverifiedToken;

/// The result of a verification. A rejected token is not passed to another verifier.
#[derive(Debug, Clone, PartialEq)]
pub enum Verification {
    /// The token is of another type.
    NotApplicable,
    /// The token is genuine and valid.
    Verified(Claims),
    /// The token is of this type and is rejected.
    Rejected(TokenError),
}

/// A verification: ready at once, or pending while a verifier fetches keys.
pub type VerifyFuture<'v> = Either<Ready<Verification>, LocalBoxFuture<'v, Verification>>;

/// Verifies one type of JWT.
pub trait JwtVerifier: Send + Sync {
    /// Verifies a token at the instant `now`.
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v>;

    /// Returns the name of this type of token, for metrics.
    fn kind(&self) -> &'static str;

    /// Returns the setting that enables this verifier and the tokens that it accepts, for messages.
    fn accepts(&self) -> String;
}

impl From<Result<Claims, TokenError>> for Verification {
    fn from(result: Result<Claims, TokenError>) -> Self {
        result.map_or_else(Self::Rejected, Self::Verified)
    }
}

/// Returns a future that is ready at once.
pub(in crate::auth) fn immediate<'v>(verification: impl Into<Verification>) -> VerifyFuture<'v> {
    Either::Left(ready(verification.into()))
}
