//! Weak keys, with which others than the owner can sign, are rejected.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use taskbridge::jose::PublicKey;

use crate::support::{Issuer, KeyServer, TestApp};

const TASKS: &str = "/api/tasks";

/// The encodings of the Ed25519 points of order 1, 2, 4 and 8, without the sign bit.
const SMALL_ORDER_POINTS: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// With and without the sign bit.
fn points_of_small_order() -> Vec<[u8; 32]> {
    let bytes = |point: &str| std::array::from_fn(|at| u8::from_str_radix(&point[at * 2..at * 2 + 2], 16).unwrap());
    let with_sign = |point: [u8; 32]| {
        let mut signed = point;
        signed[31] |= 0x80;
        [point, signed]
    };
    SMALL_ORDER_POINTS.into_iter().flat_map(|point| with_sign(bytes(point))).collect()
}

fn text(bytes: impl AsRef<[u8]>) -> Value {
    BASE64_URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Anybody can forge signatures for such a key.
#[actix_web::test]
async fn points_of_small_order_are_rejected() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let points = points_of_small_order();
    let weak: Vec<_> = (0..points.len()).map(|number| good.with_kid(&format!("weak-{number}"))).collect();
    let jwk = |(issuer, point): (&Issuer, &[u8; 32])| {
        let mut jwk = issuer.jwk();
        jwk["x"] = text(point);
        let error = PublicKey::from_jwk(&jwk).unwrap_err().to_string();
        assert_eq!(error, "its point is of small order", "{jwk}");
        jwk
    };
    keys.publishes_keys(weak.iter().zip(&points).map(jwk).chain([good.jwk()]));
    let app = TestApp::with_key_server(&keys).await;
    for issuer in &weak {
        for r in &points {
            let forged = issuer.token("ann", app.now()).with_signature([*r, [0; 32]].concat());
            app.bearer(forged).get(TASKS).await.rejects_the_token();
        }
    }
    app.ann_of(&good).get(TASKS).await.is(200);
}

/// An odd modulus with this number of bits.
fn modulus(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0x55; bits.div_ceil(8)];
    let top = (bits - 1) % 8;
    bytes[0] = 1 << top;
    bytes
}

/// The error for an RSA key, or `it is a key`.
fn result_for(n: &[u8], e: &[u8]) -> String {
    let key = PublicKey::from_jwk(&json!({"kty": "RSA", "alg": "RS256", "n": text(n), "e": text(e)}));
    key.map_or_else(|error| error.to_string(), |_| "it is a key".into())
}

#[test]
fn an_rsa_modulus_must_have_2048_to_8192_bits() {
    for (bits, expected) in [
        (512, "its RSA modulus is shorter than 2048 bits"),
        (2047, "its RSA modulus is shorter than 2048 bits"),
        (2048, "it is a key"),
        (8192, "it is a key"),
        (8193, "its RSA modulus is longer than 8192 bits"),
        (16_384, "its RSA modulus is longer than 8192 bits"),
    ] {
        assert_eq!(result_for(&modulus(bits), &[1, 0, 1]), expected, "{bits}");
        let with_zeroes = [vec![0; 300], modulus(bits)].concat();
        assert_eq!(result_for(&with_zeroes, &[1, 0, 1]), expected, "{bits} with zeroes in front");
    }
}

#[test]
fn an_rsa_exponent_must_be_odd_and_between_3_and_2_32() {
    let invalid = "its RSA exponent is not an odd number from 3 to 2³² - 1";
    for (e, expected) in [
        (&[] as &[u8], invalid),
        (&[0], invalid),
        (&[1], invalid),
        (&[0, 0, 1], invalid),
        (&[2], invalid),
        (&[1, 0, 0], invalid),
        (&[1, 0, 2], invalid),
        (&[1, 0, 0, 0, 1], invalid),
        (&[0xff; 32], invalid),
        (&[3], "it is a key"),
        (&[1, 0, 1], "it is a key"),
        (&[0, 1, 0, 1], "it is a key"),
        (&[0xff; 4], "it is a key"),
    ] {
        assert_eq!(result_for(&modulus(2048), e), expected, "{e:?}");
    }
}
