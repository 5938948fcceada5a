//! Revocations: tokens that are rejected before they expire.

mod feed;
mod global;
mod listener;
mod model;
mod row;

pub(crate) use self::row::{for_sessions, upsert};
pub use self::{
    feed::Feed,
    global::GlobalRevocation,
    model::{Revocation, RevocationTarget, Revoking},
};
