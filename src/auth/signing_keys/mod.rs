//! The key pairs of Better Auth's table `jwks`: they sign access tokens, and their public keys are published.

mod cache;
mod encryption;
mod key_pair;
mod loader;
mod public_jwk;
mod refresh_requests;

pub use self::{cache::SigningKeys, key_pair::KeyPairError, loader::SigningKeyError};
