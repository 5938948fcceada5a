//! Key sets (RFC 7517 §5), parsed key by key: an unusable key does not affect the others.

use std::{collections::BTreeMap, fmt, sync::Arc};

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

/// Most key ids that a message lists.
const MAX_LISTED_KIDS: usize = 10;

/// The usable keys of a set, and the rejected ones. A set without usable keys is valid: its keys were withdrawn.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Arc<KeySetEntry>>,
    rejected: Vec<RejectedKey>,
}

/// A usable key and its id.
#[derive(Debug)]
pub(crate) struct KeySetEntry {
    pub(crate) kid: Option<String>,
    pub(crate) key: PublicKey,
    jwk: Value,
}

/// A key that is not used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RejectedKey {
    kid: Option<String>,
    reason: InvalidKey,
}

/// Why a document is not a key set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeySet {
    /// The document is not a JSON object with an array `keys`.
    #[error("it is not a JSON object with an array `keys`: {0}")]
    Malformed(String),
    /// The set has more keys than are read.
    #[error("it has {0} keys; the limit is {MAX_KEYS}")]
    TooManyKeys(usize),
}

#[derive(Deserialize)]
struct RawKeySet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Parses a set.
    ///
    /// # Errors
    ///
    /// [`InvalidKeySet`] if the document is not a key set or has too many keys.
    pub fn parse(json: &[u8]) -> Result<Self, InvalidKeySet> {
        Self::default().updated_from(json)
    }

    /// Parses the set that replaces this one. A key with the same JWK in both keeps its [`Arc`].
    pub(crate) fn updated_from(&self, json: &[u8]) -> Result<Self, InvalidKeySet> {
        let set: RawKeySet = parse_object(json).map_err(|error| InvalidKeySet::Malformed(truncated(&error)))?;
        if set.keys.len() > MAX_KEYS {
            return Err(InvalidKeySet::TooManyKeys(set.keys.len()));
        }
        let mut next = Self::default();
        for jwk in set.keys {
            next.add(jwk, self);
        }
        next.reject_duplicate_kids();
        Ok(next)
    }

    fn add(&mut self, jwk: Value, previous: &Self) {
        if self.keys.iter().any(|entry| entry.jwk == jwk) {
            return;
        }
        if let Some(unchanged) = previous.keys.iter().find(|entry| entry.jwk == jwk) {
            self.keys.push(Arc::clone(unchanged));
            return;
        }
        match (parse_kid(&jwk), PublicKey::from_jwk(&jwk)) {
            (Ok(kid), Ok(key)) => self.keys.push(Arc::new(KeySetEntry { kid, key, jwk })),
            (Ok(kid), Err(reason)) => self.rejected.push(RejectedKey { kid, reason }),
            (Err(reason), _) => self.rejected.push(RejectedKey { kid: None, reason }),
        }
    }

    /// Rejects different keys with the same id: which one a token means is ambiguous.
    fn reject_duplicate_kids(&mut self) {
        let mut counts = BTreeMap::<_, usize>::new();
        for kid in self.keys.iter().filter_map(|entry| entry.kid.clone()) {
            *counts.entry(kid).or_default() += 1;
        }
        for (kid, _) in counts.into_iter().filter(|(_, count)| *count > 1) {
            self.keys.retain(|entry| entry.kid.as_ref() != Some(&kid));
            self.rejected.push(RejectedKey { kid: Some(kid), reason: InvalidKey::new("another key has the same kid") });
        }
    }

    /// Returns whether no key of the set can be used.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the first rejected key.
    pub(crate) fn first_rejected(&self) -> Option<&RejectedKey> {
        self.rejected.first()
    }

    /// Returns the key with this id.
    pub(crate) fn get(&self, kid: &str) -> Option<&Arc<KeySetEntry>> {
        self.keys.iter().find(|entry| entry.kid.as_deref() == Some(kid))
    }

    /// Returns the key for this algorithm if there is exactly one.
    pub(crate) fn single_key_for(&self, algorithm: Algorithm) -> Option<&Arc<KeySetEntry>> {
        let mut matching = self.keys.iter().filter(|entry| entry.key.supports(algorithm));
        matching.next().filter(|_| matching.next().is_none())
    }

    /// Lists the key ids for a message.
    pub(crate) fn kids(&self) -> String {
        list_kids(self.keys.iter())
    }

    /// Lists the ids of the keys that `other` does not have; `None` if there are none.
    pub(crate) fn kids_not_in(&self, other: &Self) -> Option<String> {
        let is_new = |entry: &&Arc<KeySetEntry>| !other.keys.iter().any(|old| Arc::ptr_eq(old, entry));
        let mut new = self.keys.iter().filter(is_new).peekable();
        new.peek().is_some().then(|| list_kids(new))
    }

    /// Returns the rejected keys that `other` does not have.
    pub(crate) fn rejected_not_in<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = &'s RejectedKey> {
        self.rejected.iter().filter(|key| !other.rejected.contains(key))
    }
}

impl KeySetEntry {
    /// Returns the key's id for a message.
    pub(crate) fn label(&self) -> String {
        kid_label(self.kid.as_deref())
    }
}

impl RejectedKey {
    /// Returns the key's id for a message.
    pub(crate) fn label(&self) -> String {
        kid_label(self.kid.as_deref())
    }

    pub(crate) fn reason(&self) -> &InvalidKey {
        &self.reason
    }
}

impl fmt::Display for RejectedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {}: {}", self.label(), self.reason)
    }
}

fn parse_kid(jwk: &Value) -> Result<Option<String>, InvalidKey> {
    match jwk.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) => Ok(Some(kid.clone())),
        Some(_) => Err(InvalidKey::new("its kid is not a string")),
    }
}

fn list_kids<'k>(keys: impl Iterator<Item = &'k Arc<KeySetEntry>>) -> String {
    let mut labels: Vec<_> = keys.take(MAX_LISTED_KIDS + 1).map(|entry| entry.label()).collect();
    if labels.len() > MAX_LISTED_KIDS {
        labels.truncate(MAX_LISTED_KIDS);
        labels.push("…".into());
    }
    labels.join(", ")
}

fn kid_label(kid: Option<&str>) -> String {
    kid.map_or_else(|| "(no kid)".into(), |kid| Quoted::new(kid).to_string())
}
