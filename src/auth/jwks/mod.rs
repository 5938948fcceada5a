//! The key set at `JWKS_URL`: fetched by one background task, read by every worker without waiting.

mod cache;
mod client;
mod refresh_schedule;
mod verified_tokens;

pub use self::cache::{KeySetMonitor, KeySetStatus};
#[cfg(test)]
pub(in crate::auth) use self::client::FetchedKeySet;
pub(in crate::auth) use self::{cache::KeySetCache, client::KeySetClient, verified_tokens::VerifiedTokenCache};
