//! Verdicts that need not be reached twice: a public-key signature costs ten times what all else of a token does.

use std::sync::Arc;

use entity::TokenHash;
use quick_cache::{Weighter, sync::Cache};

use super::set::SetKey;
use crate::auth::claims::Claims;

/// Octets that all verdicts may take, and what one takes besides its texts.
const CAPACITY: u64 = 8 * 1024 * 1024;
const OVERHEAD: u64 = 256;

/// Tokens that a key of the present set has proven, by the hash of the whole token. Its times are looked at anew at each hit.
pub(super) struct Warm(Cache<TokenHash, Arc<Proof>, ByOctets>);

/// What a key has proven.
struct Proof {
    key: Arc<SetKey>,
    claims: Claims,
}

#[derive(Clone)]
struct ByOctets;

impl Warm {
    pub(super) fn new() -> Self {
        let items = usize::try_from(CAPACITY / OVERHEAD).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(items, CAPACITY, ByOctets))
    }

    /// What this token says, if this very key has proven it.
    pub(super) fn proven(&self, token: &TokenHash, key: &Arc<SetKey>) -> Option<Claims> {
        let proof = self.0.get(token)?;
        Arc::ptr_eq(&proof.key, key).then(|| proof.claims.clone())
    }

    pub(super) fn keep(&self, token: TokenHash, key: &Arc<SetKey>, claims: &Claims) {
        self.0.insert(token, Arc::new(Proof { key: Arc::clone(key), claims: claims.clone() }));
    }
}

impl Weighter<TokenHash, Arc<Proof>> for ByOctets {
    fn weight(&self, _: &TokenHash, proof: &Arc<Proof>) -> u64 {
        OVERHEAD + u64::try_from(proof.claims.octets()).unwrap_or(u64::MAX)
    }
}
