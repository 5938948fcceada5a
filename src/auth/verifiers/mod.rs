//! One verifier for each type of JWT.

mod access_token;
mod jwks;
mod self_test;
mod shared_secret;

pub(crate) use self::access_token::derive_key;
pub use self::{
    access_token::{AccessTokenClaims, AccessTokens},
    jwks::Jwks,
    self_test::self_test,
    shared_secret::{SharedSecret, SharedSecretClaims},
};
