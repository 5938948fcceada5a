//! One verifier for each token type.

mod access_token;
mod jwks;
mod shared_secret;

pub(crate) use self::access_token::derive;
pub use self::{
    access_token::{Grant, Issued},
    jwks::{Jwks, self_test},
    shared_secret::{Mint, SharedSecret},
};
