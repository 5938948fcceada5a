//! Loads the keys from the table, and creates one if none can sign.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::{
    StoreError,
    signing_key::{SigningKeyStore, StoredSigningKey},
};
use serde_json::{Value, json};

use super::{
    key_pair::{KeyPair, KeyPairError},
    public_jwk::{is_ed25519, public_jwk},
};
use crate::{
    config::{AccessTokenAlgorithm, Secrets},
    jose::KeySet,
};

/// Most keys that verify access tokens, the newest ones. With the shortest rotation interval, a day, they last longer than
/// any token.
const MAX_VERIFYING_KEYS: usize = 100;

/// Loads the keys.
pub(super) struct Loader {
    pub(super) store: SigningKeyStore,
    pub(super) secrets: Secrets,
    pub(super) algorithm: AccessTokenAlgorithm,
}

/// The keys at one time.
#[derive(Default)]
pub(super) struct LoadedKeys {
    /// The published key set.
    pub(super) published: Vec<Value>,
    /// The keys that verify access tokens.
    pub(super) verifying: KeySet,
    pub(super) signer: Option<Arc<KeyPair>>,
    /// The private keys that cannot be used, by key id.
    unusable: Vec<(String, KeyPairError)>,
    pub(super) loaded_at: DateTime<Utc>,
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The table cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No key pair could be generated.
    #[error("no key pair can be generated: {0}")]
    KeyPair(#[from] KeyPairError),
}

impl Loader {
    /// Loads the keys. Creates one if none can sign; if that fails, an expired one still signs.
    pub(super) async fn load(&self, previous: &LoadedKeys, now: DateTime<Utc>) -> Result<LoadedKeys, SigningKeyError> {
        let keys = self.read(previous, now).await?;
        if !self.needs_new_key(&keys, now) {
            return Ok(keys);
        }
        match self.create(now).await {
            Ok(()) => self.read(&keys, now).await,
            Err(error) if keys.signer.is_none() => Err(error),
            Err(error) => {
                log::warn!(error:%; "no new signing key can be stored; an expired one signs");
                Ok(keys)
            }
        }
    }

    /// Returns whether access tokens are to be signed with a key that does not exist yet.
    pub(super) fn needs_new_key(&self, keys: &LoadedKeys, now: DateTime<Utc>) -> bool {
        let AccessTokenAlgorithm::EdDsa { rotation_interval } = self.algorithm else { return false };
        keys.signer.as_ref().is_none_or(|signer| has_expired(signer, rotation_interval, now))
    }

    async fn read(&self, previous: &LoadedKeys, now: DateTime<Utc>) -> Result<LoadedKeys, SigningKeyError> {
        let stored = self.store.list().await?;
        let published: Vec<_> =
            stored.iter().filter_map(|key| public_jwk(key, self.rotation_interval(), now)).collect();
        let verifying: Vec<_> = published.iter().filter(|jwk| is_ed25519(jwk)).take(MAX_VERIFYING_KEYS).collect();
        let set = previous.verifying.updated_from(json!({ "keys": verifying }).to_string().as_bytes());
        let mut keys =
            LoadedKeys { verifying: set.unwrap_or_default(), published, loaded_at: now, ..Default::default() };
        if self.algorithm != AccessTokenAlgorithm::Hs256 {
            (keys.signer, keys.unusable) = self.choose_signer(&stored, now);
            keys.log_changes(previous);
        }
        Ok(keys)
    }

    fn rotation_interval(&self) -> Option<Duration> {
        match self.algorithm {
            AccessTokenAlgorithm::EdDsa { rotation_interval } => rotation_interval,
            AccessTokenAlgorithm::Hs256 => None,
        }
    }

    /// Returns the newest key that has not expired, else the newest one, and the keys that cannot be used.
    fn choose_signer(
        &self,
        stored: &[StoredSigningKey],
        now: DateTime<Utc>,
    ) -> (Option<Arc<KeyPair>>, Vec<(String, KeyPairError)>) {
        let (mut expired, mut unusable) = (None, Vec::new());
        for key in stored {
            match KeyPair::from_stored(key, &self.secrets) {
                Ok(pair) if !has_expired(&pair, None, now) => return (Some(Arc::new(pair)), unusable),
                Ok(pair) => expired = expired.or(Some(Arc::new(pair))),
                Err(KeyPairError::OtherAlgorithm) => {}
                Err(error) => unusable.push((key.id.clone(), error)),
            }
        }
        (expired, unusable)
    }

    async fn create(&self, now: DateTime<Utc>) -> Result<(), SigningKeyError> {
        let AccessTokenAlgorithm::EdDsa { rotation_interval } = self.algorithm else { return Ok(()) };
        let expires_at = rotation_interval.map(|interval| now + interval);
        let kid = self.store.insert(&KeyPair::generate(self.secrets.first(), now, expires_at)?).await?;
        log::info!(kid; "signing key created");
        Ok(())
    }
}

impl LoadedKeys {
    /// Logs the key that signs if it is another one, and the unusable keys that were not known.
    fn log_changes(&self, previous: &Self) {
        for (kid, error) in self.unusable.iter().filter(|key| !previous.unusable.contains(key)) {
            log::warn!(kid, error:%; "private key rejected; another key signs");
        }
        let kid = |keys: &Self| keys.signer.as_ref().map(|signer| signer.kid.clone());
        if let Some(kid) = kid(self).filter(|new| Some(new) != kid(previous).as_ref()) {
            log::info!(kid; "signing key selected");
        }
    }
}

/// Returns whether a key no longer signs. A rotation interval also applies to keys that were created without one.
fn has_expired(key: &KeyPair, rotation_interval: Option<Duration>, now: DateTime<Utc>) -> bool {
    key.expires_at.is_some_and(|expires_at| expires_at <= now)
        || rotation_interval.is_some_and(|interval| key.created_at + interval <= now)
}
