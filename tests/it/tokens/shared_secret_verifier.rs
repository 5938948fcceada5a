//! The shared-secret door to the millisecond and to the byte, without a server in front of it.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::Value;
use taskbridge::{
    app,
    auth::{Authenticator, Claims, TokenError},
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

fn doors<const N: usize>(settings: [(&str, &str); N]) -> Authenticator {
    let settings = HashMap::from(settings);
    let config = Config::read(|name| settings.get(name).map(ToString::to_string)).unwrap();
    app::authenticator(&config, &Clock::from_fn(noon)).unwrap()
}

async fn judged(doors: &Authenticator, token: &Token, now: DateTime<Utc>) -> Result<Claims, TokenError> {
    doors.verify(&token.sign(), now).await
}

#[actix_web::test]
async fn the_leeway_is_as_set_to_the_millisecond() {
    let moment = Duration::milliseconds(1);
    for (set, seconds) in [("0s", 0), ("15s", 15), ("60s", 60)] {
        let doors = doors([("BETTER_AUTH_SECRET", SECRET), ("TOKEN_LEEWAY", set)]);
        let leeway = Duration::seconds(seconds);
        let ends = Token::new("ann", noon() - Duration::hours(1));
        assert!(judged(&doors, &ends, noon() + leeway - moment).await.is_ok(), "{set}");
        assert_eq!(judged(&doors, &ends, noon() + leeway).await, Err(TokenError::Expired(seconds)), "{set}");

        let begins = Token::new("ann", noon() - Duration::minutes(1)).with("nbf", noon().timestamp());
        assert!(judged(&doors, &begins, noon() - leeway).await.is_ok(), "{set}");
        assert_eq!(
            judged(&doors, &begins, noon() - leeway - moment).await,
            Err(TokenError::NotYetValid(seconds)),
            "{set}"
        );

        let made = Token::new("ann", noon());
        assert!(judged(&doors, &made, noon() - leeway).await.is_ok(), "{set}");
        assert_eq!(
            judged(&doors, &made, noon() - leeway - moment).await,
            Err(TokenError::IssuedInFuture(seconds)),
            "{set}"
        );
    }
}

#[actix_web::test]
async fn a_fraction_of_a_second_counts() {
    let doors = doors([("BETTER_AUTH_SECRET", SECRET), ("TOKEN_LEEWAY", "0s")]);
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century are exact in an f64")]
    let half_past = noon().timestamp() as f64 + 0.5;
    let token = Token::new("ann", noon() - Duration::minutes(1)).with("exp", half_past);
    assert!(judged(&doors, &token, noon() + Duration::milliseconds(499)).await.is_ok());
    assert!(judged(&doors, &token, noon() + Duration::milliseconds(500)).await.is_err());
}

#[actix_web::test]
async fn the_leeway_is_fifteen_seconds_unless_it_is_set() {
    let doors = doors([("BETTER_AUTH_SECRET", SECRET)]);
    let token = Token::new("ann", noon() - Duration::hours(1));
    assert!(judged(&doors, &token, noon() + Duration::milliseconds(14_999)).await.is_ok());
    assert!(judged(&doors, &token, noon() + Duration::seconds(15)).await.is_err());
}

#[actix_web::test]
async fn every_secret_that_is_set_verifies_and_no_other() {
    let versions = format!("2:{NEW},1:{OLD}");
    for (doors, let_in) in [
        (doors([("BETTER_AUTH_SECRETS", &versions)]), [true, true, false]),
        (doors([("BETTER_AUTH_SECRETS", &format!("2:{NEW}"))]), [true, false, false]),
        (doors([("BETTER_AUTH_SECRETS", &versions), ("BETTER_AUTH_SECRET", SECRET)]), [true, true, true]),
        (doors([("BETTER_AUTH_SECRET", SECRET)]), [false, false, true]),
    ] {
        for (secret, is_accepted) in [NEW, OLD, SECRET].into_iter().zip(let_in) {
            let token = Token::new("ann", noon()).signed_with(secret);
            assert_eq!(judged(&doors, &token, noon()).await.is_ok(), is_accepted, "{secret}");
        }
    }
}

#[actix_web::test]
async fn a_proven_token_says_who_it_is_of() {
    let doors = doors([("BETTER_AUTH_SECRET", SECRET)]);
    let claims = judged(&doors, &Token::new("ann", noon()), noon()).await.unwrap();
    assert_eq!(claims.subject.as_str(), "ann");
    assert_eq!((claims.email.as_deref(), claims.name.as_deref()), (Some("ann@example.com"), Some("ann")));
}

fn bytes(hexadecimal: &Value) -> Vec<u8> {
    let digits = hexadecimal.as_str().unwrap().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn a_mac_is_whole_and_of_its_message_and_key() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let (mut accepted, mut rejected) = (0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let key = DecodingKey::from_secret(&bytes(&test["key"]));
            let signature = BASE64_URL_SAFE_NO_PAD.encode(bytes(&test["tag"]));
            let verdict = crypto::verify(&signature, &bytes(&test["msg"]), &key, Algorithm::HS256).unwrap_or(false);
            let is_whole = group["tagSize"] == 256;
            assert_eq!(verdict, is_whole && test["result"] == "valid", "{test}");
            *if verdict { &mut accepted } else { &mut rejected } += 1;
        }
    }
    assert_eq!(accepted + rejected, vectors["numberOfTests"].as_u64().unwrap());
    assert!(accepted > 0 && rejected > 0);
}
