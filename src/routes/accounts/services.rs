//! The services of the account handlers.

use crate::{auth::Revocations, clock::Clock, password::Hasher, rate_limit::Limits, tokens::TokenIssuer};

/// The services of the account handlers, shared by all workers.
pub(crate) struct AccountServices {
    pub(crate) token_issuer: TokenIssuer,
    pub(crate) hasher: Hasher,
    pub(crate) limits: Limits,
    pub(crate) revocations: Revocations,
    pub(crate) clock: Clock,
}
