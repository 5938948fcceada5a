//! The keys in memory: loaded from the table by one background task, read by all workers without a lock.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use entity::{Db, signing_key::SigningKeyStore};
use quick_cache::sync::Cache;
use serde_json::Value;
use tokio::time::sleep;

use super::{
    key_pair::KeyPair,
    loader::{LoadedKeys, Loader, SigningKeyError},
    refresh_requests::RefreshRequests,
};
use crate::{
    clock::Clock,
    config::{AccessTokenAlgorithm, Secrets},
    jose::KeySetEntry,
    telemetry::metrics::BACKGROUND_FAILURES,
};

/// Age at which the keys are loaded again, and at which a request for the published keys has them loaded first.
const MAX_AGE: Duration = Duration::from_mins(1);
const MAX_PUBLISHED_AGE: Duration = Duration::from_secs(5);

/// Minimum time between two loads.
const COOLDOWN: Duration = Duration::from_secs(1);

/// How often the background task reads the clock.
const CLOCK_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How long, and how many, key ids are remembered that the table does not have.
const UNKNOWN_KID_MAX_AGE: Duration = Duration::from_secs(30);
const MAX_UNKNOWN_KIDS: usize = 1_000;

/// Longest key id that is looked up.
const MAX_KID_BYTES: usize = 255;

/// The key pairs of the table `jwks`.
pub struct SigningKeys {
    loader: Loader,
    keys: ArcSwap<LoadedKeys>,
    requests: RefreshRequests,
    unknown_kids: Cache<String, DateTime<Utc>>,
    clock: Clock,
}

impl SigningKeys {
    /// Creates the cache of the keys of `db`. With [`AccessTokenAlgorithm::Hs256`] keys are only published.
    #[must_use]
    pub fn new(db: Db, secrets: Secrets, algorithm: AccessTokenAlgorithm, clock: Clock) -> Self {
        Self {
            loader: Loader { store: SigningKeyStore::new(db), secrets, algorithm },
            keys: ArcSwap::default(),
            requests: RefreshRequests::new(),
            unknown_kids: Cache::new(MAX_UNKNOWN_KIDS),
            clock,
        }
    }

    /// Loads the keys, and creates one if tokens are to be signed and none can sign.
    ///
    /// # Errors
    ///
    /// [`SigningKeyError`] if the table cannot be read, or if a key is needed and cannot be created.
    pub async fn load(&self) -> Result<(), SigningKeyError> {
        let keys = self.loader.load(&self.keys.load(), self.clock.now()).await?;
        self.keys.store(Arc::new(keys));
        Ok(())
    }

    /// Loads the keys when they are due or a request waits for them. Never returns.
    pub async fn run(self: Arc<Self>) {
        let mut is_failing = false;
        loop {
            if !self.requests.requested_within(CLOCK_POLL_INTERVAL).await && !self.is_due() {
                continue;
            }
            let number = self.requests.begin();
            let result = self.load().await;
            match &result {
                Err(error) if !is_failing => log::warn!(error:%; "signing keys can't be loaded"),
                Ok(()) if is_failing => log::info!("signing keys loaded"),
                _ => {}
            }
            is_failing = result.is_err();
            if is_failing {
                BACKGROUND_FAILURES.inc(["signing_keys"]);
            }
            self.requests.finish(number);
            sleep(COOLDOWN).await;
        }
    }

    /// Returns the published keys, at most [`MAX_PUBLISHED_AGE`] old if the database can be reached.
    pub(crate) async fn published(&self) -> Vec<Value> {
        let age = (self.clock.now() - self.keys.load().loaded_at).abs();
        if age.to_std().is_ok_and(|age| age > MAX_PUBLISHED_AGE) {
            self.requests.refresh().await;
        }
        self.keys.load().published.clone()
    }

    /// Returns the key pair that signs.
    pub(in crate::auth) fn signer(&self) -> Option<Arc<KeyPair>> {
        self.keys.load().signer.clone()
    }

    /// Returns the public key with this id if it is in memory.
    pub(in crate::auth) fn public_key(&self, kid: &str) -> Option<Arc<KeySetEntry>> {
        self.keys.load().verifying.get(kid).cloned()
    }

    /// Returns whether the table may have a key with this id, which is not in memory.
    pub(in crate::auth) fn may_find(&self, kid: &str, now: DateTime<Utc>) -> bool {
        let is_recent = |looked_up: DateTime<Utc>| looked_up <= now && now < looked_up + UNKNOWN_KID_MAX_AGE;
        kid.len() <= MAX_KID_BYTES && !self.unknown_kids.get(kid).is_some_and(is_recent)
    }

    /// Looks for the public key with this id in the table: another replica may have created it.
    pub(in crate::auth) async fn find_public_key(&self, kid: &str) -> Option<Arc<KeySetEntry>> {
        self.requests.refresh().await;
        let found = self.public_key(kid);
        if found.is_none() {
            self.unknown_kids.insert(kid.to_owned(), self.clock.now());
        }
        found
    }

    fn is_due(&self) -> bool {
        let (keys, now) = (self.keys.load(), self.clock.now());
        let is_fresh = keys.loaded_at <= now && now < keys.loaded_at + MAX_AGE;
        !is_fresh || self.loader.needs_new_key(&keys, now)
    }
}
