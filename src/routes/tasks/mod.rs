//! Tasks: one set of handlers under each prefix.

pub(super) mod batch;
mod change;
pub(super) mod changes;
pub(super) mod events;
mod idempotent;
mod list_params;
mod outcome;
pub(super) mod read;
mod request;
mod response;
pub(super) mod trash;
mod validation;
pub(super) mod write;

pub(crate) use self::{batch::BatchTurn, change::encode_change, idempotent::IdempotencyTtl};
