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
    error::Reason,
    principal::Principal,
    revocations::Revocations,
    scoped::Mine,
    validation::{Claims, Rules, Times},
    verifier::{Judgement, KeySetState, Verdict, Verifier},
    verifiers::{Grant, Issued, Jwks, Mint, SharedSecret, self_test},
};
pub(crate) use self::{
    bearer::{door, one_credential, unproven},
    presented::Presented,
    verifiers::derive,
};
