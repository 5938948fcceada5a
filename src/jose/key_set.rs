//! A key set (RFC 7517 §5), read key by key: one that can't be used does not spoil the others.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{
    algorithm::Algorithm,
    json::{cut, object},
    jwk::{PublicKey, Unusable},
    quoted::Quoted,
};

/// Most keys that a set may have.
const MOST: usize = 100;

/// Kids that are named in one message.
const NAMED: usize = 10;

/// The usable keys of a set, and what became of the others.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Arc<SetKey>>,
    left_out: Vec<LeftOut>,
}

/// A key with its name in the set.
#[derive(Debug)]
pub(crate) struct SetKey {
    pub(crate) kid: Option<String>,
    pub(crate) key: PublicKey,
    jwk: Value,
}

/// A key that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    kid: Option<String>,
    why: Unusable,
}

/// Why a key set can't be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenSet {
    /// Not JSON, or without a list of keys.
    #[error("it has no list of keys: {0}")]
    Unreadable(String),
    /// Larger than any that is kept in good order.
    #[error("it has {0} keys, more than {MOST}")]
    TooMany(usize),
    /// Nothing to verify with.
    #[error("it has no usable key{}", .0.as_ref().map_or_else(String::new, |first| format!(": {first}")))]
    NoUsableKey(Option<String>),
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    ///
    /// [`BrokenSet`] where not one key of it can be used.
    pub fn parse(json: &[u8]) -> Result<Self, BrokenSet> {
        Self::default().succeeded_by(json)
    }

    /// Reads the set that comes after this one; what is the same in both stays the same key.
    pub(crate) fn succeeded_by(&self, json: &[u8]) -> Result<Self, BrokenSet> {
        let document: Document = object(json).map_err(|error| BrokenSet::Unreadable(cut(&error)))?;
        if document.keys.len() > MOST {
            return Err(BrokenSet::TooMany(document.keys.len()));
        }
        let mut next = Self::default();
        for jwk in document.keys {
            next.take(jwk, self);
        }
        next.leave_out_the_ambiguous();
        if next.keys.is_empty() {
            return Err(BrokenSet::NoUsableKey(next.left_out.first().map(ToString::to_string)));
        }
        Ok(next)
    }

    fn take(&mut self, jwk: Value, before: &Self) {
        if self.keys.iter().any(|known| known.jwk == jwk) {
            return;
        }
        if let Some(same) = before.keys.iter().find(|known| known.jwk == jwk) {
            self.keys.push(Arc::clone(same));
            return;
        }
        match (kid(&jwk), PublicKey::from_jwk(&jwk)) {
            (Ok(kid), Ok(key)) => self.keys.push(Arc::new(SetKey { kid, key, jwk })),
            (Ok(kid), Err(why)) => self.left_out.push(LeftOut { kid, why }),
            (Err(why), _) => self.left_out.push(LeftOut { kid: None, why }),
        }
    }

    /// Which of two keys of one name is meant, nobody can tell.
    fn leave_out_the_ambiguous(&mut self) {
        let mut counts = BTreeMap::<_, usize>::new();
        for kid in self.keys.iter().filter_map(|known| known.kid.clone()) {
            *counts.entry(kid).or_default() += 1;
        }
        for (kid, _) in counts.into_iter().filter(|(_, count)| *count > 1) {
            self.keys.retain(|known| known.kid.as_ref() != Some(&kid));
            self.left_out.push(LeftOut { kid: Some(kid), why: Unusable::because("another key has the same kid") });
        }
    }

    /// The key of this name.
    pub(crate) fn named(&self, kid: &str) -> Option<&Arc<SetKey>> {
        self.keys.iter().find(|known| known.kid.as_deref() == Some(kid))
    }

    /// The one key for this algorithm, if there is but one.
    pub(crate) fn only_one_for(&self, algorithm: Algorithm) -> Option<&Arc<SetKey>> {
        let mut fit = self.keys.iter().filter(|known| known.key.is_for(algorithm));
        fit.next().filter(|_| fit.next().is_none())
    }

    /// The keys, for a message.
    pub(crate) fn listed(&self) -> String {
        listed(self.keys.iter())
    }

    /// The keys that are here and not in `other`, for a message; none where there are none.
    pub(crate) fn listed_without(&self, other: &Self) -> Option<String> {
        let is_new = |known: &&Arc<SetKey>| !other.keys.iter().any(|old| Arc::ptr_eq(old, known));
        let mut new = self.keys.iter().filter(is_new).peekable();
        new.peek().is_some().then(|| listed(new))
    }

    /// Says which keys came and went, and which were left out for the first time.
    pub(crate) fn log_changes_from(&self, old: &Self) {
        match (self.listed_without(old), old.listed_without(self)) {
            (None, None) => {}
            (came, went) => log::info!(
                "the key set has changed: came {}; went {}",
                came.as_deref().unwrap_or("none"),
                went.as_deref().unwrap_or("none")
            ),
        }
        for one in self.left_out.iter().filter(|one| !old.left_out.contains(one)) {
            log::warn!("{one}; it is left out of the key set");
        }
    }
}

impl SetKey {
    /// How a message names it.
    pub(crate) fn described(&self) -> Cow<'static, str> {
        format!("the key {} of JWKS_URL", name(self.kid.as_deref())).into()
    }
}

fn kid(jwk: &Value) -> Result<Option<String>, Unusable> {
    match jwk.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) => Ok(Some(kid.clone())),
        Some(_) => Err(Unusable::because("its kid is not a string")),
    }
}

fn listed<'k>(keys: impl Iterator<Item = &'k Arc<SetKey>>) -> String {
    let mut names: Vec<_> = keys.take(NAMED + 1).map(|known| name(known.kid.as_deref())).collect();
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("…".into());
    }
    names.join(", ")
}

fn name(kid: Option<&str>) -> String {
    kid.map_or_else(|| "(no kid)".into(), |kid| Quoted::new(kid).to_string())
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {}: {}", name(self.kid.as_deref()), self.why)
    }
}
