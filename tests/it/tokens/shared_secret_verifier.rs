//! The shared-secret verifier without a server: exact times, secrets and HMACs.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::Value;
use taskbridge::{
    app,
    auth::{Authenticator, Claims, Credential, TokenError},
    clock::Clock,
    config::Config,
};

use crate::support::{SECRET, Token};

const OLD: &str = "an-old-secret-of-the-tests-with-more-than-32-bytes";
const NEW: &str = "a-new-secret-of-the-tests-with-more-than-32-bytes";

/// From C2SP/wycheproof.
const VECTORS: &str = include_str!("../../fixtures/wycheproof/hmac_sha256_test.json");

fn noon() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn authenticator<const N: usize>(settings: [(&str, &str); N]) -> Authenticator {
    let settings = HashMap::from(settings);
    let config = Config::read(|name| settings.get(name).map(ToString::to_string)).unwrap();
    app::authenticator(&config, &Clock::from_fn(noon)).unwrap()
}

async fn verify(authenticator: &Authenticator, token: &Token, now: DateTime<Utc>) -> Result<Claims, TokenError> {
    let principal = authenticator.verify(Credential::Jwt(&token.sign()), now).await?;
    Ok(principal.claims().clone())
}

const MILLISECOND: Duration = Duration::milliseconds(1);

/// Verifiers with several leeways, in seconds.
fn with_leeways() -> [(i64, Authenticator); 3] {
    [0, 15, 60].map(|seconds| {
        let leeway = format!("{seconds}s");
        (seconds, authenticator([("BETTER_AUTH_SECRET", SECRET), ("TOKEN_LEEWAY", &leeway)]))
    })
}

#[actix_web::test]
async fn exp_is_exact_to_the_millisecond() {
    for (seconds, authenticator) in with_leeways() {
        let limit = noon() + Duration::seconds(seconds);
        let token = Token::new("ann", noon() - Duration::hours(1));
        assert!(verify(&authenticator, &token, limit - MILLISECOND).await.is_ok(), "{seconds}");
        assert_eq!(verify(&authenticator, &token, limit).await, Err(TokenError::Expired(seconds)));
    }
}

#[actix_web::test]
async fn nbf_is_exact_to_the_millisecond() {
    for (seconds, authenticator) in with_leeways() {
        let limit = noon() - Duration::seconds(seconds);
        let token = Token::new("ann", noon() - Duration::minutes(1)).with("nbf", noon().timestamp());
        assert!(verify(&authenticator, &token, limit).await.is_ok(), "{seconds}");
        let early = verify(&authenticator, &token, limit - MILLISECOND).await;
        assert_eq!(early, Err(TokenError::NotYetValid(seconds)));
    }
}

#[actix_web::test]
async fn iat_is_exact_to_the_millisecond() {
    for (seconds, authenticator) in with_leeways() {
        let limit = noon() - Duration::seconds(seconds);
        let token = Token::new("ann", noon());
        assert!(verify(&authenticator, &token, limit).await.is_ok(), "{seconds}");
        let early = verify(&authenticator, &token, limit - MILLISECOND).await;
        assert_eq!(early, Err(TokenError::IssuedInFuture(seconds)));
    }
}

#[actix_web::test]
async fn fractional_seconds_count() {
    let authenticator = authenticator([("BETTER_AUTH_SECRET", SECRET), ("TOKEN_LEEWAY", "0s")]);
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century are exact in an f64")]
    let half_past = noon().timestamp() as f64 + 0.5;
    let token = Token::new("ann", noon() - Duration::minutes(1)).with("exp", half_past);
    assert!(verify(&authenticator, &token, noon() + Duration::milliseconds(499)).await.is_ok());
    assert!(verify(&authenticator, &token, noon() + Duration::milliseconds(500)).await.is_err());
}

#[actix_web::test]
async fn the_default_leeway_is_15_seconds() {
    let authenticator = authenticator([("BETTER_AUTH_SECRET", SECRET)]);
    let token = Token::new("ann", noon() - Duration::hours(1));
    assert!(verify(&authenticator, &token, noon() + Duration::milliseconds(14_999)).await.is_ok());
    assert!(verify(&authenticator, &token, noon() + Duration::seconds(15)).await.is_err());
}

#[actix_web::test]
async fn every_configured_secret_verifies() {
    let versions = format!("2:{NEW},1:{OLD}");
    for (authenticator, expected) in [
        (authenticator([("BETTER_AUTH_SECRETS", &versions)]), [true, true, false]),
        (authenticator([("BETTER_AUTH_SECRETS", &format!("2:{NEW}"))]), [true, false, false]),
        (authenticator([("BETTER_AUTH_SECRETS", &versions), ("BETTER_AUTH_SECRET", SECRET)]), [true, true, true]),
        (authenticator([("BETTER_AUTH_SECRET", SECRET)]), [false, false, true]),
    ] {
        for (secret, is_accepted) in [NEW, OLD, SECRET].into_iter().zip(expected) {
            let token = Token::new("ann", noon()).signed_with(secret);
            assert_eq!(verify(&authenticator, &token, noon()).await.is_ok(), is_accepted, "{secret}");
        }
    }
}

#[actix_web::test]
async fn a_verified_token_yields_its_claims() {
    let authenticator = authenticator([("BETTER_AUTH_SECRET", SECRET)]);
    let claims = verify(&authenticator, &Token::new("ann", noon()), noon()).await.unwrap();
    assert_eq!(claims.subject.as_str(), "ann");
    assert_eq!((claims.email.as_deref(), claims.name.as_deref()), (Some("ann@example.com"), Some("ann")));
}

fn bytes(hexadecimal: &Value) -> Vec<u8> {
    let digits = hexadecimal.as_str().unwrap().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn hmac_matches_wycheproof() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let (mut accepted, mut rejected) = (0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let key = DecodingKey::from_secret(&bytes(&test["key"]));
            let signature = BASE64_URL_SAFE_NO_PAD.encode(bytes(&test["tag"]));
            let is_verified = crypto::verify(&signature, &bytes(&test["msg"]), &key, Algorithm::HS256).unwrap_or(false);
            let is_untruncated = group["tagSize"] == 256;
            assert_eq!(is_verified, is_untruncated && test["result"] == "valid", "{test}");
            *if is_verified { &mut accepted } else { &mut rejected } += 1;
        }
    }
    assert_eq!(accepted + rejected, vectors["numberOfTests"].as_u64().unwrap());
    assert!(accepted > 0 && rejected > 0);
}
