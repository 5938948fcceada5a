//! A cache of verified tokens: verifying a public-key signature costs ten times as much as the rest of a verification.

use std::sync::Arc;

use entity::TokenHash;
use quick_cache::{Weighter, sync::Cache};

use crate::{auth::claims::Claims, jose::KeySetEntry};

/// The memory of all entries, and that of one entry without its texts.
const CAPACITY_BYTES: u64 = 8 * 1024 * 1024;
const ENTRY_OVERHEAD_BYTES: u64 = 256;

/// The claims of verified tokens by the hash of the whole token. The caller checks the times again at each hit.
pub(in crate::auth) struct VerifiedTokenCache(Cache<TokenHash, Arc<VerifiedToken>, ByBytes>);

/// The claims of a token and the key that verified it.
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

    /// Returns the claims of a token if this same key has verified it.
    pub(in crate::auth) fn get(&self, token: &TokenHash, key: &Arc<KeySetEntry>) -> Option<Claims> {
        let verified = self.0.get(token)?;
        Arc::ptr_eq(&verified.key, key).then(|| verified.claims.clone())
    }

    pub(in crate::auth) fn insert(&self, token: TokenHash, key: &Arc<KeySetEntry>, claims: &Claims) {
        self.0.insert(token, Arc::new(VerifiedToken { key: Arc::clone(key), claims: claims.clone() }));
    }
}

impl Weighter<TokenHash, Arc<VerifiedToken>> for ByBytes {
    fn weight(&self, _: &TokenHash, verified: &Arc<VerifiedToken>) -> u64 {
        ENTRY_OVERHEAD_BYTES + u64::try_from(verified.claims.text_bytes()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use entity::UserId;

    use super::*;
    use crate::{auth::claims::TokenTimes, jose::KeySet};

    /// The key of RFC 8037, appendix A, parsed anew.
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
            role: None,
            active_organization_id: None,
            oauth_client: None,
            times,
            session: None,
        }
    }

    fn token(number: u32) -> TokenHash {
        TokenHash::new(&number.to_string())
    }

    #[test]
    fn a_token_is_cached_for_the_same_key_only() {
        let (cache, key, equal) = (VerifiedTokenCache::new(), key(), key());
        cache.insert(token(1), &key, &claims("Ann"));
        assert_eq!(cache.get(&token(1), &Arc::clone(&key)), Some(claims("Ann")));
        assert_eq!(cache.get(&token(1), &equal), None);
        assert_eq!(cache.get(&token(2), &key), None);
        cache.insert(token(1), &equal, &claims("Ann"));
        assert_eq!(cache.get(&token(1), &key), None);
        assert_eq!(cache.get(&token(1), &equal), Some(claims("Ann")));
    }

    #[test]
    fn the_cache_is_bounded() {
        for name in ["Ann", &"x".repeat(4_000)] {
            let (cache, key) = (VerifiedTokenCache::new(), key());
            for number in 0..100_000 {
                cache.insert(token(number), &key, &claims(name));
            }
            assert!((CAPACITY_BYTES / 2..=CAPACITY_BYTES).contains(&cache.0.weight()), "{}", cache.0.weight());
            assert_eq!(cache.get(&token(99_999), &key), Some(claims(name)));
        }
    }
}
