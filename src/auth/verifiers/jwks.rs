//! The second door: tokens of Better Auth's jwt plugin, verified by the keys that it publishes (RFC 7517).

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::Either};
use serde_json::json;

use crate::{
    auth::{
        error::Reason,
        jwks::{Keeper, KeyServer, Warm},
        validation::{Claims, Rules},
        verifier::{Judgement, KeySetState, Verdict, Verifier, at_once},
    },
    clock::Clock,
    config,
    jose::{
        PublicKey, Quoted, SetKey, Unproven, Unusable,
        algorithm::{self, Algorithm},
    },
};

/// Lets in what is signed by a key of the set at `JWKS_URL`.
pub struct Jwks {
    keeper: Arc<Keeper>,
    warm: Warm,
    rules: Rules,
}

/// Why there is no key for a token.
enum NoKey {
    /// A newer set may have it.
    Yet(Reason),
    /// No set will.
    Ever(Reason),
}

impl Jwks {
    /// A door whose keys are fetched from now on, by a task of the thread that calls.
    ///
    /// # Errors
    ///
    /// What keeps the HTTP client from being made, such as unreadable root certificates.
    pub fn open(settings: &config::Jwks, rules: Rules, clock: Clock) -> Result<Self, reqwest::Error> {
        let server = KeyServer::new(settings)?;
        let keeper = Arc::new(Keeper::new(settings, clock));
        actix_web::rt::spawn(Arc::clone(&keeper).keep(server));
        Ok(Self { keeper, warm: Warm::new(), rules })
    }

    fn verdict(&self, token: &Unproven<'_>, algorithm: Algorithm, now: DateTime<Utc>) -> Verdict {
        match self.key_for(token, algorithm, now) {
            Ok(key) => self.verdict_under(&key, token, now),
            Err(NoKey::Yet(reason) | NoKey::Ever(reason)) => Verdict::Refused(reason),
        }
    }

    fn verdict_under(&self, key: &Arc<SetKey>, token: &Unproven<'_>, now: DateTime<Utc>) -> Verdict {
        match self.claims_under(key, token, now) {
            Ok(claims) => Verdict::Proven(claims),
            Err(reason) => Verdict::Refused(reason),
        }
    }

    fn claims_under(&self, key: &Arc<SetKey>, token: &Unproven<'_>, now: DateTime<Utc>) -> Result<Claims, Reason> {
        let hash = token.hash();
        if let Some(claims) = self.warm.proven(&hash, key) {
            self.rules.check_time(&claims.times, now)?;
            return Ok(claims);
        }
        let payload = token.payload_if(|signed, signature| key.key.verifies(signed, signature));
        let claims = self.rules.admit(&payload.ok_or_else(|| Reason::Signature(key.described()))?, now)?;
        self.warm.keep(hash, key, &claims);
        Ok(claims)
    }

    /// The key is the one that the token names, and must be for the algorithm that it names.
    fn key_for(&self, token: &Unproven<'_>, algorithm: Algorithm, now: DateTime<Utc>) -> Result<Arc<SetKey>, NoKey> {
        let Some(held) = self.keeper.held(now) else {
            return Err(NoKey::Yet(self.away(now)));
        };
        let Some(kid) = token.kid() else {
            let only = held.set.only_one_for(algorithm).map(Arc::clone);
            return only
                .ok_or_else(|| NoKey::Ever(Reason::NoKid { algorithm: algorithm.name(), keys: held.set.listed() }));
        };
        match held.set.named(kid) {
            Some(known) if known.key.is_for(algorithm) => Ok(Arc::clone(known)),
            Some(known) => Err(NoKey::Ever(Reason::KeyAlgorithm {
                kid: Quoted::new(kid),
                key: known.key.algorithm(),
                token: Quoted::new(token.algorithm()),
            })),
            None if self.keeper.absence(now).is_some() => Err(NoKey::Yet(self.away(now))),
            None => Err(NoKey::Yet(Reason::UnknownKid {
                kid: Quoted::new(kid),
                keys: held.set.listed(),
                age: (now - held.fetched).num_seconds().max(0),
            })),
        }
    }

    fn away(&self, now: DateTime<Utc>) -> Reason {
        let (why, seconds) = self.keeper.absence(now).unwrap_or_else(|| ("it is on its way".into(), 1));
        Reason::KeysAway { why, seconds }
    }
}

/// Verifies the example of RFC 8037, appendix A.4: a cryptographic backend that can't is of no use.
///
/// # Errors
///
/// [`Unusable`].
pub fn self_test() -> Result<(), Unusable> {
    const KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const SIGNED: &[u8] = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let key = PublicKey::from_jwk(&json!({"kty": "OKP", "crv": "Ed25519", "x": KEY}))?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(SIGNATURE).unwrap_or_default();
    if key.verifies(SIGNED, &signature) { Ok(()) } else { Err(Unusable::because("it does not verify RFC 8037 A.4")) }
}

impl Verifier for Jwks {
    fn judge<'v>(&'v self, token: &'v Unproven<'v>, now: DateTime<Utc>) -> Judgement<'v> {
        let Some(algorithm) = Algorithm::named(token.algorithm()).filter(|_| token.is_plain()) else {
            return at_once(Verdict::NotMine);
        };
        match self.key_for(token, algorithm, now) {
            Ok(key) => return at_once(self.verdict_under(&key, token, now)),
            Err(NoKey::Ever(reason)) => return at_once(Verdict::Refused(reason)),
            Err(NoKey::Yet(_)) => {}
        }
        match self.keeper.look_for(token.kid(), now) {
            Some(ended) => {
                let afterwards = move |()| self.verdict(token, algorithm, self.keeper.now());
                Either::Right(ended.map(afterwards).boxed_local())
            }
            // a set may have come just now
            None => at_once(self.verdict(token, algorithm, now)),
        }
    }

    fn accepts(&self) -> String {
        format!("JWKS_URL ({} with typ `JWT` or none)", algorithm::ALL)
    }

    fn key_set(&self, now: DateTime<Utc>) -> Option<KeySetState> {
        Some(self.keeper.state(now))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;
    use crate::{auth::jwks::Fetched, config::Config};

    fn text(octets: impl AsRef<[u8]>) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(octets)
    }

    fn door(pair: &Ed25519KeyPair) -> Jwks {
        let url = |name: &str| (name == "JWKS_URL").then(|| "https://app.example.com/jwks".to_owned());
        let settings = Config::read(url).unwrap().jwks.unwrap();
        let keeper = Arc::new(Keeper::new(&settings, Clock::system()));
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": text(pair.public_key())});
        keeper.take(&Fetched { body: json!({ "keys": [jwk] }).to_string().into(), max_age: None }).unwrap();
        let (issuers, audiences) = (vec!["a".into()], vec!["b".into()]);
        let rules = Rules { leeway: std::time::Duration::ZERO, issuers, audiences, must_name_both: true };
        Jwks { keeper, warm: Warm::new(), rules }
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
            let token = Unproven::parse(&token).unwrap();
            let key = door.keeper.held(now).and_then(|held| held.set.named("a").cloned()).unwrap();
            assert_eq!(door.warm.proven(&token.hash(), &key), None);
            let claims = door.claims_under(&key, &token, now);
            assert_eq!(claims.is_ok(), is_good, "{claims:?}");
            assert_eq!(door.warm.proven(&token.hash(), &key), claims.ok());
        }
    }
}
