//! JSON Web Signatures and keys (RFC 7515, 7517, 7518, 8037), without I/O.

pub(crate) mod algorithm;
mod error;
pub(crate) mod json;
mod jwk;
mod key_set;
mod quoted;
mod unverified_token;
mod weak_keys;

pub(crate) use self::key_set::KeySetEntry;
pub use self::{
    error::TokenFormatError,
    jwk::{InvalidKey, PublicKey},
    key_set::{InvalidKeySet, KeySet},
    quoted::Quoted,
    unverified_token::{MAX_TOKEN_BYTES, UnverifiedToken},
};
