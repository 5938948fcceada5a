//! Who is calling: from the bearer token alone, without a read of anything.

mod authenticator;
mod claims;
mod door;
mod json;
mod mine;
mod principal;
mod reason;
mod shared_secret;
mod token;
mod verifier;

pub(crate) use self::door::{door, one_credential};
pub use self::{
    authenticator::Authenticator,
    claims::{Claims, Rules},
    mine::Mine,
    principal::Principal,
    reason::Reason,
    shared_secret::{Mint, SharedSecret},
    token::Unproven,
    verifier::{Judgement, Verdict, Verifier},
};
