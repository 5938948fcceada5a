//! Tasks: one set of handlers under each prefix.

pub(super) mod handlers;
mod list_params;
mod request;
mod response;
mod validation;
