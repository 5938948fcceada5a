//! Counters in the database, which all replicas share.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use entity::{RateLimitCounters, RateLimitQuota, StoreError};

use crate::{clock::Clock, config::Secret};

/// Separates the key of the counters from other uses of the secret.
const KEY_LABEL: &[u8] = b"taskbridge rate limits";

/// The counters of all limits. While the database fails, they accept everything: the counts in memory still apply.
pub(super) struct SharedCounters {
    counters: RateLimitCounters,
    clock: Clock,
    /// The same in every replica. A reader of the table learns no address and no email address.
    key: hmac::Key,
    is_failing: AtomicBool,
}

impl SharedCounters {
    pub(super) fn new(counters: RateLimitCounters, clock: &Clock, secret: &Secret) -> Self {
        let secret = hmac::Key::new(HMAC_SHA256, secret.expose().as_bytes());
        let key = hmac::Key::new(HMAC_SHA256, hmac::sign(&secret, KEY_LABEL).as_ref());
        Self { counters, clock: clock.clone(), key, is_failing: AtomicBool::new(false) }
    }

    /// Counts one attempt. Returns how long to wait if it is rejected.
    pub(super) async fn count(&self, id: &str, subject: &str, quota: RateLimitQuota) -> Result<(), Duration> {
        let counted = self.counters.count(&self.stored_key(id, subject), quota, self.clock.now()).await;
        self.available(counted).unwrap_or(Ok(()))
    }

    pub(super) async fn refund(&self, id: &str, subject: &str, quota: RateLimitQuota) {
        self.available(self.counters.refund(&self.stored_key(id, subject), quota).await);
    }

    pub(super) async fn keep(&self, id: &str, subject: &str, ttl: TimeDelta) {
        self.available(self.counters.keep(&self.stored_key(id, subject), self.clock.now() + ttl).await);
    }

    pub(super) async fn is_kept(&self, id: &str, subject: &str) -> bool {
        let kept = self.counters.is_kept(&self.stored_key(id, subject), self.clock.now()).await;
        self.available(kept).unwrap_or(false)
    }

    fn stored_key(&self, id: &str, subject: &str) -> String {
        let mac = hmac::sign(&self.key, subject.as_bytes());
        format!("{id}:{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
    }

    /// Logs the first failure in a row, and the recovery.
    fn available<T>(&self, result: Result<T, StoreError>) -> Option<T> {
        let was_failing = self.is_failing.swap(result.is_err(), Relaxed);
        match &result {
            Err(error) if !was_failing => {
                log::warn!(error:%; "shared rate limits failed; limits are counted in memory");
            }
            Ok(_) if was_failing => log::info!("shared rate limits recovered"),
            _ => {}
        }
        result.ok()
    }
}
