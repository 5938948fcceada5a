//! Who is calling: from the bearer token alone, without a read of anything.

mod authenticator;
mod claims;
mod door;
mod json;
mod jwks;
mod mine;
mod principal;
mod reason;
mod shared_secret;
mod token;
mod verifier;

pub(crate) use self::door::{door, one_credential};
pub use self::{
    authenticator::Authenticator,
    claims::{Claims, Rules, Times},
    jwks::{BrokenSet, Jwks, KeySet, PublicKey, Unusable, self_test},
    mine::Mine,
    principal::Principal,
    reason::Reason,
    shared_secret::{Mint, SharedSecret},
    token::Unproven,
    verifier::{Judgement, KeySetState, Verdict, Verifier},
};
