//! HTTP concerns that every route shares: problem details, extractors and middleware.

pub(crate) mod admission;
pub(crate) mod connection;
pub mod extract;
pub(crate) mod middleware;
pub(crate) mod operations;
pub mod problem;
mod queue_timeout;
pub(crate) mod request_id;
mod split_body;
mod timestamp;
pub(crate) mod trusted_origins;

pub(crate) use self::{timestamp::Timestamp, trusted_origins::TrustedOrigins};
