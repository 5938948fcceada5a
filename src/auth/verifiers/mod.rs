//! One verifier for each type of JWT.

mod access_token;
mod access_token_claims;
mod jwks;
mod self_test;
mod shared_secret;
mod signed_access_token;

pub(crate) use self::access_token::derive_key;
pub use self::{
    access_token::AccessTokens,
    access_token_claims::AccessTokenClaims,
    jwks::Jwks,
    self_test::self_test,
    shared_secret::{SharedSecret, SharedSecretClaims},
    signed_access_token::SignedAccessTokens,
};
