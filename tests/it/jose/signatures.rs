//! Damaged and malleable signatures are rejected, for every algorithm.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::support::{ALGORITHMS, Issuer, JwksToken, KeyServer, TestApp};

const TASKS: &str = "/api/tasks";

/// The order of the group of P-256 (SEC 2 §2.4.2), and that of edwards25519 (RFC 8032 §5.1), big-endian.
const ORDER_OF_P256: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const ORDER_OF_ED25519: &str = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The sum of two big-endian numbers of the same length, modulo the length.
fn sum(one: &[u8], other: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut digits: Vec<u8> = one
        .iter()
        .zip(other)
        .rev()
        .map(|(a, b)| {
            let total = u16::from(*a) + u16::from(*b) + carry;
            carry = total >> 8;
            total.to_le_bytes()[0]
        })
        .collect();
    digits.reverse();
    digits
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// An INTEGER of DER (X.690 §8.3).
fn integer(value: &[u8]) -> Vec<u8> {
    let mut value: Vec<u8> = value.iter().skip_while(|byte| **byte == 0).copied().collect();
    if value.first().is_none_or(|first| first & 0x80 != 0) {
        value.insert(0, 0);
    }
    [vec![2, u8::try_from(value.len()).unwrap()], value].concat()
}

fn der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let both = [integer(r), integer(s)].concat();
    [vec![0x30, u8::try_from(both.len()).unwrap()], both].concat()
}

/// Damaged variants of a signature.
fn damaged(signature: &[u8]) -> Vec<(String, Vec<u8>)> {
    let length = signature.len();
    let mut all = vec![
        ("empty".into(), Vec::new()),
        ("all zero".into(), vec![0; length]),
        ("all ones".into(), vec![0xff; length]),
        ("its first half".into(), signature[..length / 2].to_vec()),
        ("one byte short".into(), signature[..length - 1].to_vec()),
        ("without its first".into(), signature[1..].to_vec()),
        ("one byte long".into(), [signature, &[0]].concat()),
        ("a zero before it".into(), [&[0], signature].concat()),
        ("twice".into(), [signature, signature].concat()),
        ("its halves swapped".into(), [&signature[length / 2..], &signature[..length / 2]].concat()),
        ("reversed".into(), reversed(signature)),
    ];
    for at in [0, 1, length / 2 - 1, length / 2, length - 2, length - 1] {
        let mut flipped = signature.to_vec();
        flipped[at] ^= 1;
        all.push((format!("byte {at} changed"), flipped));
    }
    all
}

async fn is_rejected(app: &TestApp, token: &JwksToken, signature: &[u8], description: &str) {
    let response = app.bearer(token.with_signature(signature)).get(TASKS).await;
    assert_eq!(response.status, 401, "{description}");
    response.rejects_the_token();
}

async fn app_with_keys(issuers: &[Issuer], keys: &KeyServer) -> TestApp {
    keys.publishes(&issuers.iter().collect::<Vec<_>>());
    TestApp::with_key_server(keys).await
}

#[actix_web::test]
async fn damaged_and_foreign_signatures_are_rejected() {
    let keys = KeyServer::start().await;
    let issuers = ALGORITHMS.map(|algorithm| keys.issuer(algorithm));
    let app = app_with_keys(&issuers, &keys).await;
    for issuer in &issuers {
        let (token, other) = (issuer.token("ann", app.now()), issuer.token("bob", app.now()));
        let signature = issuer.signature(&token.message());
        for (damage, bad) in damaged(&signature) {
            is_rejected(&app, &token, &bad, &format!("{}: {damage}", issuer.kid())).await;
        }
        is_rejected(&app, &other, &signature, "another token's").await;
        is_rejected(&app, &token, &issuer.rotated().signature(&token.message()), "another key's").await;
        is_rejected(&app, &token, &issuer.signature(&format!("{}.", token.message())), "of more than was signed").await;
        app.bearer(token.with_signature(&signature)).get(TASKS).await.is(200);
    }
}

/// RFC 4648 §3.5: canonical encoding.
#[actix_web::test]
async fn a_signature_must_be_canonical_base64url() {
    let keys = KeyServer::start().await;
    let issuers = ["EdDSA", "ES256", "ES512", "RS256"].map(|algorithm| keys.issuer(algorithm));
    let app = app_with_keys(&issuers, &keys).await;
    for issuer in &issuers {
        let token = issuer.token("ann", app.now());
        let good = token.sign();
        app.bearer(&good).get(TASKS).await.is(200);
        let (start, last) = good.split_at(good.len() - 1);
        let encoded = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let unused_bits = char::from(last.as_bytes()[0] + 1);
        let mut others = vec![
            format!("{good}="),
            format!("{good}=="),
            format!("{good}."),
            format!("{good}A"),
            good.replacen('.', ".A", 2),
        ];
        others.extend([format!("{start}+"), format!("{start}/"), format!("{start}~"), encoded(&good)]);
        if issuer.signature("").len() % 3 != 0 {
            others.push(format!("{start}{unused_bits}"));
        }
        for other in others {
            let response = app.bearer(&other).get(TASKS).await;
            assert_eq!(response.status, 401, "{other}");
        }
    }
}

/// RFC 8032 §5.1.7: S must be below the order of the group.
#[actix_web::test]
async fn ed25519_rejects_malleable_signatures() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server(&keys).await;
    let token = issuer.token("ann", app.now());
    let signature = issuer.signature(&token.message());
    let (r, s) = signature.split_at(32);
    let malleated = reversed(&sum(&reversed(s), &bytes(ORDER_OF_ED25519)));
    is_rejected(&app, &token, &[r, &malleated].concat(), "S + L").await;
    let mut identity = [0; 64];
    identity[0] = 1;
    is_rejected(&app, &token, &identity, "R the identity, S 0").await;
    app.bearer(token.with_signature(&signature)).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn es256_rejects_out_of_range_and_der_signatures() {
    let (keys, issuer) = KeyServer::with_issuer("ES256").await;
    let app = TestApp::with_key_server(&keys).await;
    let token = issuer.token("ann", app.now());
    let signature = issuer.signature(&token.message());
    let (r, s) = signature.split_at(32);
    let order = bytes(ORDER_OF_P256);
    let mut one = [0; 32];
    one[31] = 1;
    let below = sum(&order, &[0xff; 32]);
    let bounds = [vec![0; 32], one.to_vec(), below, order.clone(), sum(&order, &one), vec![0xff; 32]];
    for bound in &bounds {
        is_rejected(&app, &token, &[bound, s].concat(), "r out of range").await;
        is_rejected(&app, &token, &[r, bound].concat(), "s out of range").await;
        for other in &bounds {
            is_rejected(&app, &token, &[bound.as_slice(), other].concat(), "both out of range").await;
        }
    }
    is_rejected(&app, &token, &der(&signature), "DER").await;
    app.bearer(token.with_signature(&signature)).get(TASKS).await.is(200);
}
