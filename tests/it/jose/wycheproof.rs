//! Wycheproof's keys and signatures against the function that verifies tokens; tests/fixtures/wycheproof/README.md explains
//! their peculiarities.

use std::collections::{BTreeMap, HashMap};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use taskbridge::{
    app,
    auth::{Authenticator, Credential, TokenError},
    clock::Clock,
    config::Config,
    jose::PublicKey,
};

use crate::support::KeyServer;

/// One file of C2SP/wycheproof.
macro_rules! vectors {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../fixtures/wycheproof/", $name, "_test.json"))).unwrap()
    };
}

/// Labelled valid, although the `alg` of the key differs from that of the header.
const ALGORITHM_MISMATCH: [u64; 4] = [346, 347, 350, 351];

fn list<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value[member].as_array().unwrap()
}

fn bytes(hexadecimal: &Value) -> Vec<u8> {
    let digits = hexadecimal.as_str().unwrap().as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The key of a group as a JWK; some groups have it only as a point.
fn jwk(group: &Value) -> Value {
    for member in ["publicKeyJwk", "keyJwk"] {
        if group[member].is_object() {
            return group[member].clone();
        }
    }
    let point = bytes(&group["publicKey"]["uncompressed"]);
    let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) })
}

/// Asserts the labelled result of every signature; "acceptable" allows both. Returns the numbers of accepted and rejected ones.
#[track_caller]
fn verify_all(vectors: &Value, algorithm: &str) -> (usize, usize) {
    let (mut accepted, mut rejected) = (0, 0);
    for group in list(vectors, "testGroups") {
        let key = PublicKey::from_jwk(&jwk(group));
        for test in list(group, "tests") {
            let verifies =
                key.as_ref().is_ok_and(|key| key.verify(algorithm, &bytes(&test["msg"]), &bytes(&test["sig"])));
            let label = test["result"].as_str().unwrap();
            assert!(label == "acceptable" || verifies == (label == "valid"), "{test}: {key:?}");
            *if verifies { &mut accepted } else { &mut rejected } += 1;
        }
        assert!(key.is_err() || key.unwrap().algorithms() == algorithm);
    }
    assert_eq!((accepted + rejected) as u64, vectors["numberOfTests"]);
    (accepted, rejected)
}

#[test]
fn ed25519() {
    assert_eq!(verify_all(&vectors!("ed25519"), "EdDSA"), (88, 63));
}

#[test]
fn es256() {
    assert_eq!(verify_all(&vectors!("ecdsa_secp256r1_sha256_p1363"), "ES256"), (173, 89));
}

#[test]
fn ps256() {
    assert_eq!(verify_all(&vectors!("rsa_pss_2048_sha256_mgf1_32"), "PS256"), (63, 45));
}

#[test]
fn rs256() {
    let (accepted, rejected) = verify_all(&vectors!("rsa_signature_2048_sha256"), "RS256");
    // a signature without NULL in its AlgorithmIdentifier is acceptable
    assert!([(9, 250), (10, 249)].contains(&(accepted, rejected)), "{accepted} {rejected}");
}

/// An authenticator with this key set.
fn authenticator(keys: &KeyServer) -> Authenticator {
    let settings = HashMap::from([("JWKS_URL", keys.url())]);
    let config = Config::read(|name| settings.get(name).cloned()).unwrap();
    app::authenticator(&config, &Clock::system()).unwrap()
}

/// Whether the signature is valid: then only the payload, which has no claims, is rejected.
async fn verifies_signature(authenticator: &Authenticator, jws: &str) -> bool {
    matches!(
        authenticator.verify(Credential::Jwt(jws), Clock::system().now()).await,
        Err(TokenError::InvalidPayload(_))
    )
}

/// Verifies every JWS with the keys of its group and returns the ids of the valid ones.
async fn verified(vectors: &Value, keys_of: impl Fn(&Value) -> Vec<Value>) -> Vec<u64> {
    let mut sets = BTreeMap::<String, Vec<&Value>>::new();
    let mut verified = Vec::new();
    for group in list(vectors, "testGroups") {
        sets.entry(json!(keys_of(group)).to_string()).or_default().extend(list(group, "tests"));
    }
    for (set, tests) in sets {
        let keys = KeyServer::start().await;
        keys.publishes_keys(serde_json::from_str::<Vec<Value>>(&set).unwrap());
        let authenticator = authenticator(&keys);
        for test in tests {
            let number = test["tcId"].as_u64().unwrap();
            if verifies_signature(&authenticator, test["jws"].as_str().unwrap()).await {
                assert_eq!(test["result"], "valid", "{test}");
                verified.push(number);
            }
        }
    }
    verified.sort_unstable();
    verified
}

/// The ids of the tests that are valid and have a public key.
fn valid(vectors: &Value) -> Vec<u64> {
    let public = list(vectors, "testGroups").iter().filter(|group| group["public"].is_object());
    let tests = public.flat_map(|group| list(group, "tests"));
    tests.filter(|test| test["result"] == "valid").map(|test| test["tcId"].as_u64().unwrap()).collect()
}

#[actix_web::test]
async fn json_web_signatures() {
    let vectors = vectors!("json_web_signature");
    let public = |group: &Value| {
        let key = if group["public"].is_object() { &group["public"] } else { &group["private"] };
        vec![key.clone()]
    };
    let mut valid = valid(&vectors);
    valid.retain(|number| !ALGORITHM_MISMATCH.contains(number));
    assert!(valid.len() > 20, "{valid:?}");
    assert_eq!(verified(&vectors, public).await, valid);
}

/// Sets with a symmetric key, a repeated `kid`, a weak key, and keys with contradictory members.
#[actix_web::test]
async fn json_web_keys() {
    let vectors = vectors!("json_web_key");
    let public = |group: &Value| {
        let set = if group["public"].is_object() { &group["public"] } else { &group["private"] };
        list(set, "keys").to_vec()
    };
    assert_eq!(valid(&vectors), [5]);
    assert_eq!(verified(&vectors, public).await, [5]);
}

#[test]
fn weak_keys_are_rejected() {
    let vectors = vectors!("json_web_key");
    let groups = list(&vectors, "testGroups").iter();
    let key = |comment: &str| {
        let group = groups.clone().find(|group| group["comment"] == comment).unwrap();
        PublicKey::from_jwk(&group["public"]["keys"][0]).unwrap_err().to_string()
    };
    for (comment, reason) in [
        ("jws_rsa_roca_key", "faulty generator"),
        ("keysize_too_small", "2048"),
        ("exponentOne", "exponent"),
        ("invalid_use", "use"),
        ("invalid_point", "curve"),
        ("wrong_kty", ""),
        ("wrong_curve", ""),
        ("wrong_algorithm", "alg"),
    ] {
        let error = key(comment);
        assert!(error.contains(reason), "{comment}: {error}");
    }
}
