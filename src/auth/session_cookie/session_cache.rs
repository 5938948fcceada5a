//! The sessions that were recently read, so that a request with a cookie reads no database.

use chrono::{DateTime, TimeDelta, Utc};
use entity::TokenHash;
use quick_cache::sync::Cache;

use crate::auth::principal::Principal;

/// The number of cached sessions, each of about a kilobyte.
const CAPACITY: usize = 10_000;

/// How long a changed name or email address may be served. Revocation and expiry apply at once.
const MAX_AGE: TimeDelta = TimeDelta::minutes(5);

/// Sessions by the hash of their token. All workers share them.
pub(crate) struct SessionCache(Cache<TokenHash, CachedSession>);

#[derive(Clone)]
struct CachedSession {
    principal: Principal,
    usable_until: DateTime<Utc>,
}

impl SessionCache {
    pub(crate) fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Returns the principal of a session that has neither expired nor become too old here.
    pub(super) fn get(&self, token: &str, now: DateTime<Utc>) -> Option<Principal> {
        let hash = TokenHash::new(token);
        let cached = self.0.get(&hash)?;
        if cached.usable_until > now {
            return Some(cached.principal);
        }
        self.0.remove(&hash);
        None
    }

    pub(super) fn insert(&self, token: &str, principal: Principal, expires_at: DateTime<Utc>, now: DateTime<Utc>) {
        let usable_until = expires_at.min(now + MAX_AGE);
        self.0.insert(TokenHash::new(token), CachedSession { principal, usable_until });
    }
}
