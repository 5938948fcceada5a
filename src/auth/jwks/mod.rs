//! The key set at `JWKS_URL`: fetched by one background task, read by every worker without waiting.

mod cache;
mod client;
mod refresh_schedule;
mod verified_tokens;

#[cfg(test)]
pub(in crate::auth) use self::client::Fetched;
pub(in crate::auth) use self::{cache::Keeper, client::KeyServer, verified_tokens::Warm};
