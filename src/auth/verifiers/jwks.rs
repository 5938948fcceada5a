//! The second door: tokens of Better Auth's jwt plugin, verified by the keys that it publishes (RFC 7517).

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::Either};
use serde_json::json;

use crate::{
    auth::{
        error::TokenError,
        jwks::{KeySetCache, KeySetClient, VerifiedTokenCache},
        validation::{Claims, Validation},
        verifier::{KeySetStatus, Verification, Verifier, VerifyFuture, immediate},
    },
    clock::Clock,
    config,
    jose::{
        InvalidKey, KeySetEntry, PublicKey, Quoted, UnverifiedToken,
        algorithm::{self, Algorithm},
    },
};

/// Lets in what is signed by a key of the set at `JWKS_URL`.
pub struct Jwks {
    cache: Arc<KeySetCache>,
    verified_tokens: VerifiedTokenCache,
    validation: Validation,
}

/// Why there is no key for a token.
enum NoKey {
    /// A newer set may have it.
    Retryable(TokenError),
    /// No set will.
    Permanent(TokenError),
}

impl Jwks {
    /// A door whose keys are fetched from now on, by a task of the thread that calls.
    ///
    /// # Errors
    ///
    /// What keeps the HTTP client from being made, such as unreadable root certificates.
    pub fn spawn(
        settings: &config::JwksSettings,
        validation: Validation,
        clock: Clock,
    ) -> Result<Self, reqwest::Error> {
        let server = KeySetClient::new(settings)?;
        let cache = Arc::new(KeySetCache::new(settings, clock));
        actix_web::rt::spawn(Arc::clone(&cache).run(server));
        Ok(Self { cache, verified_tokens: VerifiedTokenCache::new(), validation })
    }

    fn verify_now(&self, token: &UnverifiedToken<'_>, algorithm: Algorithm, now: DateTime<Utc>) -> Verification {
        match self.key_for(token, algorithm, now) {
            Ok(key) => self.verify_with_key(&key, token, now),
            Err(NoKey::Retryable(reason) | NoKey::Permanent(reason)) => Verification::Rejected(reason),
        }
    }

    fn verify_with_key(&self, key: &Arc<KeySetEntry>, token: &UnverifiedToken<'_>, now: DateTime<Utc>) -> Verification {
        match self.verified_claims(key, token, now) {
            Ok(claims) => Verification::Verified(claims),
            Err(reason) => Verification::Rejected(reason),
        }
    }

    fn verified_claims(
        &self,
        key: &Arc<KeySetEntry>,
        token: &UnverifiedToken<'_>,
        now: DateTime<Utc>,
    ) -> Result<Claims, TokenError> {
        let hash = token.hash();
        if let Some(claims) = self.verified_tokens.get(&hash, key) {
            self.validation.validate_times(&claims.times, now)?;
            return Ok(claims);
        }
        let payload = token.verify_with(|signed, signature| key.key.verifies(signed, signature));
        let claims =
            self.validation.validate(&payload.ok_or_else(|| TokenError::InvalidSignature(key.description()))?, now)?;
        self.verified_tokens.insert(hash, key, &claims);
        Ok(claims)
    }

    /// The key is the one that the token names, and must be for the algorithm that it names.
    fn key_for(
        &self,
        token: &UnverifiedToken<'_>,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<Arc<KeySetEntry>, NoKey> {
        let Some(held) = self.cache.current(now) else {
            return Err(NoKey::Retryable(self.unavailable(now)));
        };
        let Some(kid) = token.kid() else {
            let only = held.set.single_key_for(algorithm).map(Arc::clone);
            return only.ok_or_else(|| {
                NoKey::Permanent(TokenError::MissingKid { algorithm: algorithm.name(), keys: held.set.kids() })
            });
        };
        match held.set.get(kid) {
            Some(known) if known.key.supports(algorithm) => Ok(Arc::clone(known)),
            Some(known) => Err(NoKey::Permanent(TokenError::AlgorithmMismatch {
                kid: Quoted::new(kid),
                key: known.key.algorithm(),
                token: Quoted::new(token.algorithm()),
            })),
            None if self.cache.last_failure(now).is_some() => Err(NoKey::Retryable(self.unavailable(now))),
            None => Err(NoKey::Retryable(TokenError::UnknownKid {
                kid: Quoted::new(kid),
                keys: held.set.kids(),
                age: (now - held.fetched_at).num_seconds().max(0),
            })),
        }
    }

    fn unavailable(&self, now: DateTime<Utc>) -> TokenError {
        let (why, seconds) = self.cache.last_failure(now).unwrap_or_else(|| ("it is on its way".into(), 1));
        TokenError::KeySetUnavailable { cause: why, retry_after: seconds }
    }
}

/// Verifies the example of RFC 8037, appendix A.4: a cryptographic backend that can't is of no use.
///
/// # Errors
///
/// [`Unusable`].
pub fn self_test() -> Result<(), InvalidKey> {
    const KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const SIGNED: &[u8] = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let key = PublicKey::from_jwk(&json!({"kty": "OKP", "crv": "Ed25519", "x": KEY}))?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(SIGNATURE).unwrap_or_default();
    if key.verifies(SIGNED, &signature) { Ok(()) } else { Err(InvalidKey::new("it does not verify RFC 8037 A.4")) }
}

impl Verifier for Jwks {
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        let Some(algorithm) = Algorithm::from_name(token.algorithm()).filter(|_| token.is_generic_jwt()) else {
            return immediate(Verification::NotApplicable);
        };
        match self.key_for(token, algorithm, now) {
            Ok(key) => return immediate(self.verify_with_key(&key, token, now)),
            Err(NoKey::Permanent(reason)) => return immediate(Verification::Rejected(reason)),
            Err(NoKey::Retryable(_)) => {}
        }
        match self.cache.request_refresh(token.kid(), now) {
            Some(ended) => {
                let afterwards = move |()| self.verify_now(token, algorithm, self.cache.now());
                Either::Right(ended.map(afterwards).boxed_local())
            }
            // a set may have come just now
            None => immediate(self.verify_now(token, algorithm, now)),
        }
    }

    fn accepts(&self) -> String {
        format!("JWKS_URL ({} with typ `JWT` or none)", algorithm::SUPPORTED_NAMES)
    }

    fn key_set_status(&self, now: DateTime<Utc>) -> Option<KeySetStatus> {
        Some(self.cache.status(now))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;
    use crate::{auth::jwks::FetchedKeySet, config::Config};

    fn text(octets: impl AsRef<[u8]>) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(octets)
    }

    fn door(pair: &Ed25519KeyPair) -> Jwks {
        let url = |name: &str| (name == "JWKS_URL").then(|| "https://app.example.com/jwks".to_owned());
        let settings = Config::read(url).unwrap().jwks.unwrap();
        let cache = Arc::new(KeySetCache::new(&settings, Clock::system()));
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": text(pair.public_key())});
        cache.replace(&FetchedKeySet { body: json!({ "keys": [jwk] }).to_string().into(), max_age: None }).unwrap();
        let (issuers, audiences) = (vec!["a".into()], vec!["b".into()]);
        let validation =
            Validation { leeway: std::time::Duration::ZERO, issuers, audiences, require_iss_and_aud: true };
        Jwks { cache, verified_tokens: VerifiedTokenCache::new(), validation }
    }

    #[test]
    fn a_token_that_is_let_in_is_warm_and_no_other() {
        let (pair, now) = (Ed25519KeyPair::generate().unwrap(), Clock::system().now());
        let door = door(&pair);
        for (exp, is_good) in [(now.timestamp() + 60, true), (now.timestamp() - 60, false)] {
            let header = text(json!({"alg": "EdDSA", "kid": "a"}).to_string());
            let payload = json!({"sub": "ann", "iss": "a", "aud": "b", "exp": exp}).to_string();
            let signed = format!("{header}.{}", text(payload));
            let token = format!("{signed}.{}", text(pair.sign(signed.as_bytes())));
            let token = UnverifiedToken::parse(&token).unwrap();
            let key = door.cache.current(now).and_then(|held| held.set.get("a").cloned()).unwrap();
            assert_eq!(door.verified_tokens.get(&token.hash(), &key), None);
            let claims = door.verified_claims(&key, &token, now);
            assert_eq!(claims.is_ok(), is_good, "{claims:?}");
            assert_eq!(door.verified_tokens.get(&token.hash(), &key), claims.ok());
        }
    }
}
