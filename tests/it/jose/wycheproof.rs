//! Wycheproof's keys and signatures, before the very function that tokens are verified by; what is odd about them stands
//! in fixtures/wycheproof/README.md.

use std::collections::{BTreeMap, HashMap};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use taskbridge::{
    app,
    auth::{Authenticator, TokenError},
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

/// Valid by their label, although the `alg` of the key is not that of the header.
const MISLABELLED: [u64; 4] = [346, 347, 350, 351];

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

/// Every signature gets the verdict of its label; one that is acceptable, either. How many there were of each verdict.
#[track_caller]
fn are_judged_rightly(vectors: &Value, algorithm: &str) -> (usize, usize) {
    let (mut accepted, mut rejected) = (0, 0);
    for group in list(vectors, "testGroups") {
        let key = PublicKey::from_jwk(&jwk(group));
        for test in list(group, "tests") {
            let verifies = key.as_ref().is_ok_and(|key| key.verifies(&bytes(&test["msg"]), &bytes(&test["sig"])));
            let label = test["result"].as_str().unwrap();
            assert!(label == "acceptable" || verifies == (label == "valid"), "{test}: {key:?}");
            *if verifies { &mut accepted } else { &mut rejected } += 1;
        }
        assert!(key.is_err() || key.unwrap().algorithm() == algorithm);
    }
    assert_eq!((accepted + rejected) as u64, vectors["numberOfTests"]);
    (accepted, rejected)
}

#[test]
fn ed25519() {
    assert_eq!(are_judged_rightly(&vectors!("ed25519"), "EdDSA"), (88, 63));
}

#[test]
fn es256() {
    assert_eq!(are_judged_rightly(&vectors!("ecdsa_secp256r1_sha256_p1363"), "ES256"), (173, 89));
}

#[test]
fn ps256() {
    assert_eq!(are_judged_rightly(&vectors!("rsa_pss_2048_sha256_mgf1_32"), "PS256"), (63, 45));
}

#[test]
fn rs256() {
    let (accepted, rejected) = are_judged_rightly(&vectors!("rsa_signature_2048_sha256"), "RS256");
    // one without the NULL of its AlgorithmIdentifier is acceptable
    assert!([(9, 250), (10, 249)].contains(&(accepted, rejected)), "{accepted} {rejected}");
}

/// A service's doors that know this set.
fn doors(keys: &KeyServer) -> Authenticator {
    let settings = HashMap::from([("JWKS_URL", keys.url())]);
    let config = Config::read(|name| settings.get(name).cloned()).unwrap();
    app::authenticator(&config, &Clock::system()).unwrap()
}

/// The signature is right: what is rejected is the payload, which is no claims.
async fn proves(doors: &Authenticator, jws: &str) -> bool {
    matches!(doors.verify(jws, Clock::system().now()).await, Err(TokenError::InvalidPayload(_)))
}

/// Judges every JWS by a set of the keys of its group, and returns the numbers of those that were proven.
async fn proven(vectors: &Value, keys_of: impl Fn(&Value) -> Vec<Value>) -> Vec<u64> {
    let mut sets = BTreeMap::<String, Vec<&Value>>::new();
    let mut proven = Vec::new();
    for group in list(vectors, "testGroups") {
        sets.entry(json!(keys_of(group)).to_string()).or_default().extend(list(group, "tests"));
    }
    for (set, tests) in sets {
        let keys = KeyServer::start().await;
        keys.publishes_keys(serde_json::from_str::<Vec<Value>>(&set).unwrap());
        let doors = doors(&keys);
        for test in tests {
            let number = test["tcId"].as_u64().unwrap();
            if proves(&doors, test["jws"].as_str().unwrap()).await {
                assert_eq!(test["result"], "valid", "{test}");
                proven.push(number);
            }
        }
    }
    proven.sort_unstable();
    proven
}

/// The numbers of those that are valid and under a public key.
fn valid(vectors: &Value) -> Vec<u64> {
    let public = list(vectors, "testGroups").iter().filter(|group| group["public"].is_object());
    let tests = public.flat_map(|group| list(group, "tests"));
    tests.filter(|test| test["result"] == "valid").map(|test| test["tcId"].as_u64().unwrap()).collect()
}

#[actix_web::test]
async fn whole_tokens() {
    let vectors = vectors!("json_web_signature");
    let public = |group: &Value| {
        let key = if group["public"].is_object() { &group["public"] } else { &group["private"] };
        vec![key.clone()]
    };
    let mut valid = valid(&vectors);
    valid.retain(|number| !MISLABELLED.contains(number));
    assert!(valid.len() > 20, "{valid:?}");
    assert_eq!(proven(&vectors, public).await, valid);
}

/// Sets with a symmetric key, two keys of one id, a weak key, and keys whose members contradict each other.
#[actix_web::test]
async fn whole_sets() {
    let vectors = vectors!("json_web_key");
    let public = |group: &Value| {
        let set = if group["public"].is_object() { &group["public"] } else { &group["private"] };
        list(set, "keys").to_vec()
    };
    assert_eq!(valid(&vectors), [5]);
    assert_eq!(proven(&vectors, public).await, [5]);
}

/// What the vectors hold of keys that anybody can sign with.
#[test]
fn weak_keys_are_no_keys() {
    let vectors = vectors!("json_web_key");
    let groups = list(&vectors, "testGroups").iter();
    let key = |comment: &str| {
        let group = groups.clone().find(|group| group["comment"] == comment).unwrap();
        PublicKey::from_jwk(&group["public"]["keys"][0]).unwrap_err().to_string()
    };
    for (comment, why) in [
        ("jws_rsa_roca_key", "faulty generator"),
        ("keysize_too_small", "2048"),
        ("exponentOne", "exponent"),
        ("invalid_use", "use"),
        ("invalid_point", "curve"),
        ("wrong_kty", ""),
        ("wrong_curve", ""),
        ("wrong_algorithm", "alg"),
    ] {
        let said = key(comment);
        assert!(said.contains(why), "{comment}: {said}");
    }
}
