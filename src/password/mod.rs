//! Passwords: the policy for new ones, and hashes that Better Auth can verify, and the reverse.

mod common;
mod concurrency_limit;
mod hash;
mod hasher;
mod input;
mod policy;

pub(crate) use self::input::PasswordInput;
pub use self::{
    concurrency_limit::Busy,
    hash::PasswordHash,
    hasher::Hasher,
    policy::{NewPassword, Password, PasswordPolicyError},
};
