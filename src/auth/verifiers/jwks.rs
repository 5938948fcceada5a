//! Tokens of Better Auth's jwt and oauth-provider plugins, verified with the keys that it publishes (RFC 7517).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::Either};

use crate::{
    auth::{
        claims::Claims,
        error::TokenError,
        jwks::{KeySetCache, KeySetClient, KeySetMonitor, VerifiedTokenCache},
        key_set_validation::KeySetValidation,
        verifier::{JwtVerifier, Verification, VerifyFuture, immediate},
    },
    clock::Clock,
    config,
    http::admission,
    jose::{
        KeySetEntry, Quoted, UnverifiedToken,
        algorithm::{self, Algorithm},
    },
};

/// Verifies tokens with the keys at `JWKS_URL`.
pub struct Jwks {
    cache: Arc<KeySetCache>,
    verified_tokens: VerifiedTokenCache,
    validation: KeySetValidation,
}

/// Why there is no key for a token.
enum NoKey {
    /// A newer set may have it.
    Retryable(TokenError),
    /// No set will have it.
    Permanent(TokenError),
}

impl Jwks {
    /// Creates a verifier and spawns the task that fetches its keys on the current thread.
    ///
    /// # Errors
    ///
    /// [`reqwest::Error`] if the HTTP client cannot be built, for example because root certificates are unreadable.
    pub fn spawn(
        settings: &config::JwksSettings,
        validation: KeySetValidation,
        clock: Clock,
    ) -> Result<Self, reqwest::Error> {
        let client = KeySetClient::new(settings)?;
        let cache = Arc::new(KeySetCache::new(settings, clock));
        actix_web::rt::spawn(Arc::clone(&cache).run(client));
        Ok(Self { cache, verified_tokens: VerifiedTokenCache::new(), validation })
    }

    /// Returns a monitor of the key set.
    #[must_use]
    pub fn monitor(&self) -> KeySetMonitor {
        KeySetMonitor::new(Arc::clone(&self.cache))
    }

    /// Verifies a token with the keys that are cached at present.
    fn verify_cached(&self, token: &UnverifiedToken<'_>, algorithm: Algorithm, now: DateTime<Utc>) -> Verification {
        match self.key_for(token, algorithm, now) {
            Ok(key) => self.claims(&key, token, algorithm, now).into(),
            Err(NoKey::Retryable(error) | NoKey::Permanent(error)) => Verification::Rejected(error),
        }
    }

    fn claims(
        &self,
        key: &Arc<KeySetEntry>,
        token: &UnverifiedToken<'_>,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<Claims, TokenError> {
        let hash = token.hash();
        if let Some(claims) = self.verified_tokens.get(&hash, key) {
            self.validation.front_end.validate_times(&claims.times, now)?;
            return Ok(claims);
        }
        let payload = token.verify_with(|signed, signature| key.key.verify_by(algorithm, signed, signature));
        let invalid = || TokenError::InvalidSignature(format!("the key {} of JWKS_URL", key.label()));
        let claims = self.validation.validate(token, &payload.ok_or_else(invalid)?, now)?;
        self.verified_tokens.insert(hash, key, &claims);
        Ok(claims)
    }

    /// Returns the key that the token names, if it is for the token's algorithm.
    fn key_for(
        &self,
        token: &UnverifiedToken<'_>,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<Arc<KeySetEntry>, NoKey> {
        let Some(cached) = self.cache.current(now) else {
            return Err(NoKey::Retryable(self.unavailable(now)));
        };
        let Some(kid) = token.kid() else {
            let key = cached.set.single_key_for(algorithm).map(Arc::clone);
            let (algorithm, keys) = (algorithm.name(), || cached.set.kids());
            return key.ok_or_else(|| NoKey::Permanent(TokenError::MissingKid { algorithm, keys: keys() }));
        };
        match cached.set.get(kid) {
            Some(entry) if entry.key.supports(algorithm) => Ok(Arc::clone(entry)),
            Some(entry) => Err(NoKey::Permanent(TokenError::AlgorithmMismatch {
                kid: Quoted::new(kid),
                key: entry.key.algorithms(),
                token: Quoted::new(token.algorithm()),
            })),
            None if self.cache.last_failure(now).is_some() => Err(NoKey::Retryable(self.unavailable(now))),
            None => Err(NoKey::Retryable(TokenError::UnknownKid {
                kid: Quoted::new(kid),
                keys: cached.set.kids(),
                age: (now - cached.fetched_at).num_seconds().max(0),
            })),
        }
    }

    fn unavailable(&self, now: DateTime<Utc>) -> TokenError {
        const FIRST_ATTEMPT: (&str, i64) = ("the first fetch has not finished", 1);
        let (cause, retry_after) =
            self.cache.last_failure(now).unwrap_or_else(|| (FIRST_ATTEMPT.0.into(), FIRST_ATTEMPT.1));
        TokenError::KeySetUnavailable { cause, retry_after }
    }
}

impl JwtVerifier for Jwks {
    fn verify<'v>(&'v self, token: &'v UnverifiedToken<'v>, now: DateTime<Utc>) -> VerifyFuture<'v> {
        let Some(algorithm) = Algorithm::from_name(token.algorithm()).filter(|_| self.validation.is_applicable(token))
        else {
            return immediate(Verification::NotApplicable);
        };
        match self.key_for(token, algorithm, now) {
            Ok(key) => return immediate(self.claims(&key, token, algorithm, now)),
            Err(NoKey::Permanent(error)) => return immediate(Verification::Rejected(error)),
            Err(NoKey::Retryable(_)) => {}
        }
        match self.cache.request_refresh(token.kid(), now) {
            Some(finished) => {
                // if the request is not admitted again, it has little left to do
                let verify_again = move |_| self.verify_cached(token, algorithm, self.cache.now());
                Either::Right(admission::wait_outside(finished).map(verify_again).boxed_local())
            }
            // a refresh may have finished since `key_for`
            None => immediate(self.verify_cached(token, algorithm, now)),
        }
    }

    fn kind(&self) -> &'static str {
        "jwks"
    }

    fn accepts(&self) -> String {
        format!("JWKS_URL ({} with typ {})", algorithm::SUPPORTED_NAMES, self.validation.media_types())
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;
    use crate::{
        auth::{
            allowed_values::AllowedValues, jwks::FetchedKeySet, user_id_claim::UserIdClaim, validation::Validation,
        },
        config::Config,
    };

    fn text(bytes: impl AsRef<[u8]>) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn verifier(pair: &Ed25519KeyPair) -> Jwks {
        let url = |name: &str| (name == "JWKS_URL").then(|| "https://app.example.com/jwks".to_owned());
        let settings = Config::read(url).unwrap().jwks.unwrap();
        let cache = Arc::new(KeySetCache::new(&settings, Clock::system()));
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": text(pair.public_key())});
        cache.replace(&FetchedKeySet { body: json!({ "keys": [jwk] }).to_string().into(), max_age: None }).unwrap();
        let front_end = Validation {
            leeway: std::time::Duration::ZERO,
            issuers: AllowedValues::new("JWT_ISSUER", &["a".into()]),
            audiences: AllowedValues::new("JWT_AUDIENCE", &["b".into()]),
            require_iss_and_aud: true,
            user_id_claim: UserIdClaim::default(),
        };
        let validation = KeySetValidation { front_end, oauth: None };
        Jwks { cache, verified_tokens: VerifiedTokenCache::new(), validation }
    }

    #[test]
    fn only_an_accepted_token_is_cached() {
        let (pair, now) = (Ed25519KeyPair::generate().unwrap(), Clock::system().now());
        let verifier = verifier(&pair);
        for (exp, is_valid) in [(now.timestamp() + 60, true), (now.timestamp() - 60, false)] {
            let header = text(json!({"alg": "EdDSA", "kid": "a"}).to_string());
            let payload = json!({"sub": "ann", "iss": "a", "aud": "b", "exp": exp}).to_string();
            let signed = format!("{header}.{}", text(payload));
            let token = format!("{signed}.{}", text(pair.sign(signed.as_bytes())));
            let token = UnverifiedToken::parse(&token).unwrap();
            let key = verifier.cache.current(now).and_then(|cached| cached.set.get("a").cloned()).unwrap();
            assert_eq!(verifier.verified_tokens.get(&token.hash(), &key), None);
            let claims = verifier.claims(&key, &token, Algorithm::EdDsa, now);
            assert_eq!(claims.is_ok(), is_valid, "{claims:?}");
            assert_eq!(verifier.verified_tokens.get(&token.hash(), &key), claims.ok());
        }
    }
}
