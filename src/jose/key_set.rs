//! A key set (RFC 7517 §5), read key by key: one that can't be used does not spoil the others.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{
    algorithm::Algorithm,
    json::{parse_object, truncated},
    jwk::{InvalidKey, PublicKey},
    quoted::Quoted,
};

/// Most keys that a set may have.
const MAX_KEYS: usize = 100;

/// Kids that are named in one message.
const MAX_LISTED_KIDS: usize = 10;

/// The usable keys of a set, and what became of the others.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Arc<KeySetEntry>>,
    rejected: Vec<RejectedKey>,
}

/// A key with its name in the set.
#[derive(Debug)]
pub(crate) struct KeySetEntry {
    pub(crate) kid: Option<String>,
    pub(crate) key: PublicKey,
    jwk: Value,
}

/// A key that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RejectedKey {
    kid: Option<String>,
    reason: InvalidKey,
}

/// Why a key set can't be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeySet {
    /// Not JSON, or without a list of keys.
    #[error("it has no list of keys: {0}")]
    Malformed(String),
    /// Larger than any that is kept in good order.
    #[error("it has {0} keys, more than {MAX_KEYS}")]
    TooManyKeys(usize),
    /// Nothing to verify with.
    #[error("it has no usable key{}", .0.as_ref().map_or_else(String::new, |first| format!(": {first}")))]
    NoUsableKey(Option<String>),
}

#[derive(Deserialize)]
struct RawKeySet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    ///
    /// [`BrokenSet`] where not one key of it can be used.
    pub fn parse(json: &[u8]) -> Result<Self, InvalidKeySet> {
        Self::default().updated_from(json)
    }

    /// Reads the set that comes after this one; what is the same in both stays the same key.
    pub(crate) fn updated_from(&self, json: &[u8]) -> Result<Self, InvalidKeySet> {
        let document: RawKeySet = parse_object(json).map_err(|error| InvalidKeySet::Malformed(truncated(&error)))?;
        if document.keys.len() > MAX_KEYS {
            return Err(InvalidKeySet::TooManyKeys(document.keys.len()));
        }
        let mut next = Self::default();
        for jwk in document.keys {
            next.add(jwk, self);
        }
        next.reject_duplicate_kids();
        if next.keys.is_empty() {
            return Err(InvalidKeySet::NoUsableKey(next.rejected.first().map(ToString::to_string)));
        }
        Ok(next)
    }

    fn add(&mut self, jwk: Value, before: &Self) {
        if self.keys.iter().any(|known| known.jwk == jwk) {
            return;
        }
        if let Some(same) = before.keys.iter().find(|known| known.jwk == jwk) {
            self.keys.push(Arc::clone(same));
            return;
        }
        match (kid(&jwk), PublicKey::from_jwk(&jwk)) {
            (Ok(kid), Ok(key)) => self.keys.push(Arc::new(KeySetEntry { kid, key, jwk })),
            (Ok(kid), Err(reason)) => self.rejected.push(RejectedKey { kid, reason }),
            (Err(reason), _) => self.rejected.push(RejectedKey { kid: None, reason }),
        }
    }

    /// Which of two keys of one name is meant, nobody can tell.
    fn reject_duplicate_kids(&mut self) {
        let mut counts = BTreeMap::<_, usize>::new();
        for kid in self.keys.iter().filter_map(|known| known.kid.clone()) {
            *counts.entry(kid).or_default() += 1;
        }
        for (kid, _) in counts.into_iter().filter(|(_, count)| *count > 1) {
            self.keys.retain(|known| known.kid.as_ref() != Some(&kid));
            self.rejected.push(RejectedKey { kid: Some(kid), reason: InvalidKey::new("another key has the same kid") });
        }
    }

    /// The key of this name.
    pub(crate) fn get(&self, kid: &str) -> Option<&Arc<KeySetEntry>> {
        self.keys.iter().find(|known| known.kid.as_deref() == Some(kid))
    }

    /// The one key for this algorithm, if there is but one.
    pub(crate) fn single_key_for(&self, algorithm: Algorithm) -> Option<&Arc<KeySetEntry>> {
        let mut fit = self.keys.iter().filter(|known| known.key.supports(algorithm));
        fit.next().filter(|_| fit.next().is_none())
    }

    /// The keys, for a message.
    pub(crate) fn kids(&self) -> String {
        list_kids(self.keys.iter())
    }

    /// The keys that are here and not in `other`, for a message; none where there are none.
    pub(crate) fn kids_not_in(&self, other: &Self) -> Option<String> {
        let is_new = |known: &&Arc<KeySetEntry>| !other.keys.iter().any(|old| Arc::ptr_eq(old, known));
        let mut new = self.keys.iter().filter(is_new).peekable();
        new.peek().is_some().then(|| list_kids(new))
    }

    /// Says which keys came and went, and which were left out for the first time.
    pub(crate) fn log_changes_since(&self, old: &Self) {
        match (self.kids_not_in(old), old.kids_not_in(self)) {
            (None, None) => {}
            (came, went) => log::info!(
                "the key set has changed: came {}; went {}",
                came.as_deref().unwrap_or("none"),
                went.as_deref().unwrap_or("none")
            ),
        }
        for one in self.rejected.iter().filter(|one| !old.rejected.contains(one)) {
            log::warn!("{one}; it is left out of the key set");
        }
    }
}

impl KeySetEntry {
    /// How a message names it.
    pub(crate) fn description(&self) -> Cow<'static, str> {
        format!("the key {} of JWKS_URL", kid_label(self.kid.as_deref())).into()
    }
}

fn kid(jwk: &Value) -> Result<Option<String>, InvalidKey> {
    match jwk.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) => Ok(Some(kid.clone())),
        Some(_) => Err(InvalidKey::new("its kid is not a string")),
    }
}

fn list_kids<'k>(keys: impl Iterator<Item = &'k Arc<KeySetEntry>>) -> String {
    let mut names: Vec<_> = keys.take(MAX_LISTED_KIDS + 1).map(|known| kid_label(known.kid.as_deref())).collect();
    if names.len() > MAX_LISTED_KIDS {
        names.truncate(MAX_LISTED_KIDS);
        names.push("…".into());
    }
    names.join(", ")
}

fn kid_label(kid: Option<&str>) -> String {
    kid.map_or_else(|| "(no kid)".into(), |kid| Quoted::new(kid).to_string())
}

impl fmt::Display for RejectedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {}: {}", kid_label(self.kid.as_deref()), self.reason)
    }
}
