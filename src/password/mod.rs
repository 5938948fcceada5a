//! Passwords: what may be one, and how one is kept so that Better Auth can check it, and the reverse.

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
