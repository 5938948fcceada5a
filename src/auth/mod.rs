//! Who is calling: from the bearer token alone, without a read of anything.

mod authenticator;
mod claims;
mod door;
mod issued;
mod json;
mod jwks;
mod mine;
mod presented;
mod principal;
mod reason;
mod revocation;
mod shared_secret;
mod token;
mod verifier;

pub use self::{
    authenticator::Authenticator,
    claims::{Claims, Rules, Times},
    issued::{Grant, Issued},
    jwks::{BrokenSet, Jwks, KeySet, PublicKey, Unusable, self_test},
    mine::Mine,
    principal::Principal,
    reason::Reason,
    revocation::Revocations,
    shared_secret::{Mint, SharedSecret},
    token::Unproven,
    verifier::{Judgement, KeySetState, Verdict, Verifier},
};
pub(crate) use self::{
    door::{door, one_credential, unproven},
    issued::derive,
    presented::Presented,
};
