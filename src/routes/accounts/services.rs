//! What the handlers of accounts work with.

use crate::{accounts::password::Hasher, auth::Revocations, clock::Clock, limits::Limits, sessions::Sessions};

/// What the handlers of accounts work with, one for all workers.
pub(crate) struct Desk {
    pub(crate) sessions: Sessions,
    pub(crate) hasher: Hasher,
    pub(crate) limits: Limits,
    pub(crate) revocations: Revocations,
    pub(crate) clock: Clock,
}
