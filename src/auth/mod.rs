//! Authentication from the bearer token alone, without reading the database.

mod authenticator;
mod bearer;
mod error;
mod jwks;
mod presented;
mod principal;
mod revocations;
mod scoped;
mod validation;
mod verifier;
mod verifiers;

pub use self::{
    authenticator::Authenticator,
    error::TokenError,
    principal::Principal,
    revocations::Revocations,
    scoped::Scoped,
    validation::{Claims, TokenTimes, Validation},
    verifier::{KeySetStatus, Verification, Verifier, VerifyFuture},
    verifiers::{AccessTokenClaims, AccessTokens, Jwks, SharedSecret, SharedSecretClaims, self_test},
};
pub(crate) use self::{
    bearer::{invalid_credentials, normalize_authorization, validate_bearer},
    presented::Presented,
    verifiers::derive_key,
};
