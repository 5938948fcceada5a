//! Passwords: what may be one, and how one is kept so that Better Auth can check it, and the reverse.

mod common;
mod gate;
mod hasher;
mod plain;
mod sent;
mod stored;

pub(crate) use self::sent::Chosen;
pub use self::{
    gate::Busy,
    hasher::Hasher,
    plain::{NewPassword, Password, Unfit},
    stored::PasswordHash,
};
