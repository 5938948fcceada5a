//! Verdicts that need not be reached twice: a public-key signature costs ten times what all else of a token does.

use std::sync::Arc;

use entity::TokenHash;
use quick_cache::{Weighter, sync::Cache};

use crate::{auth::validation::Claims, jose::KeySetEntry};

/// Octets that all verdicts may take, and what one takes besides its texts.
const CAPACITY_BYTES: u64 = 8 * 1024 * 1024;
const ENTRY_OVERHEAD_BYTES: u64 = 256;

/// Tokens that a key of the present set has proven, by the hash of the whole token. Its times are looked at anew at each hit.
pub(in crate::auth) struct VerifiedTokenCache(Cache<TokenHash, Arc<VerifiedToken>, ByBytes>);

/// What a key has proven.
struct VerifiedToken {
    key: Arc<KeySetEntry>,
    claims: Claims,
}

#[derive(Clone)]
struct ByBytes;

impl VerifiedTokenCache {
    pub(in crate::auth) fn new() -> Self {
        let items = usize::try_from(CAPACITY_BYTES / ENTRY_OVERHEAD_BYTES).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(items, CAPACITY_BYTES, ByBytes))
    }

    /// What this token says, if this very key has proven it.
    pub(in crate::auth) fn get(&self, token: &TokenHash, key: &Arc<KeySetEntry>) -> Option<Claims> {
        let proof = self.0.get(token)?;
        Arc::ptr_eq(&proof.key, key).then(|| proof.claims.clone())
    }

    pub(in crate::auth) fn insert(&self, token: TokenHash, key: &Arc<KeySetEntry>, claims: &Claims) {
        self.0.insert(token, Arc::new(VerifiedToken { key: Arc::clone(key), claims: claims.clone() }));
    }
}

impl Weighter<TokenHash, Arc<VerifiedToken>> for ByBytes {
    fn weight(&self, _: &TokenHash, proof: &Arc<VerifiedToken>) -> u64 {
        ENTRY_OVERHEAD_BYTES + u64::try_from(proof.claims.text_bytes()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use entity::UserId;

    use super::*;
    use crate::{auth::validation::TokenTimes, jose::KeySet};

    /// The key of RFC 8037, appendix A, read anew.
    fn key() -> Arc<KeySetEntry> {
        const SET: &[u8] =
            br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        Arc::clone(KeySet::parse(SET).unwrap().get("a").unwrap())
    }

    fn claims(name: &str) -> Claims {
        let times = TokenTimes { expires: 1_800_000_000.0, not_before: None, issued: None };
        let subject = UserId::from("ann");
        Claims {
            subject,
            email: None,
            name: Some(name.into()),
            email_verified: None,
            image: None,
            times,
            session: None,
            front_end_session: None,
        }
    }

    fn token(number: u32) -> TokenHash {
        TokenHash::new(&number.to_string())
    }

    #[test]
    fn a_token_is_warm_under_the_very_key_that_proved_it() {
        let (warm, key, equal) = (VerifiedTokenCache::new(), key(), key());
        warm.insert(token(1), &key, &claims("Ann"));
        assert_eq!(warm.get(&token(1), &Arc::clone(&key)), Some(claims("Ann")));
        assert_eq!(warm.get(&token(1), &equal), None);
        assert_eq!(warm.get(&token(2), &key), None);
        warm.insert(token(1), &equal, &claims("Ann"));
        assert_eq!(warm.get(&token(1), &key), None);
        assert_eq!(warm.get(&token(1), &equal), Some(claims("Ann")));
    }

    #[test]
    fn all_that_is_warm_has_a_bound() {
        for name in ["Ann", &"x".repeat(4_000)] {
            let (warm, key) = (VerifiedTokenCache::new(), key());
            for number in 0..100_000 {
                warm.insert(token(number), &key, &claims(name));
            }
            assert!((CAPACITY_BYTES / 2..=CAPACITY_BYTES).contains(&warm.0.weight()), "{}", warm.0.weight());
            assert_eq!(warm.get(&token(99_999), &key), Some(claims(name)));
        }
    }
}
