//! Tasks: one set of handlers under each prefix.

pub(super) mod batch;
mod change_response;
pub(super) mod changes;
mod conditional;
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

pub(crate) use self::{batch::BatchLimit, change_response::encode_change, idempotent::IdempotencyTtl};
