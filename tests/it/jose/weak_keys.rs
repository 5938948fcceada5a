//! Keys that others than their owner can sign with are none, whatever set they stand in.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use taskbridge::jose::PublicKey;

use crate::support::{Issuer, KeyServer, TestApp};

const TASKS: &str = "/api/tasks";

/// The points of Ed25519 of order 1, 2, 4 and 8, without their sign bit, in all their spellings.
const SMALL_ORDER: [&str; 7] = [
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
    SMALL_ORDER.into_iter().flat_map(|point| with_sign(bytes(point))).collect()
}

fn text(bytes: impl AsRef<[u8]>) -> Value {
    BASE64_URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Under such a key anybody can sign anything.
#[actix_web::test]
async fn a_point_of_small_order_is_no_key() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let points = points_of_small_order();
    let weak: Vec<_> = (0..points.len()).map(|number| good.with_kid(&format!("weak-{number}"))).collect();
    let jwk = |(issuer, point): (&Issuer, &[u8; 32])| {
        let mut jwk = issuer.jwk();
        jwk["x"] = text(point);
        let why = PublicKey::from_jwk(&jwk).unwrap_err().to_string();
        assert_eq!(why, "its point is of small order", "{jwk}");
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

/// An odd modulus of so many bits.
fn modulus(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0x55; bits.div_ceil(8)];
    let top = (bits - 1) % 8;
    bytes[0] = 1 << top;
    bytes
}

/// What is said of an RSA key.
fn said_of(n: &[u8], e: &[u8]) -> String {
    let key = PublicKey::from_jwk(&json!({"kty": "RSA", "alg": "RS256", "n": text(n), "e": text(e)}));
    key.map_or_else(|why| why.to_string(), |_| "it is a key".into())
}

#[test]
fn an_rsa_modulus_has_2048_to_8192_bits() {
    for (bits, said) in [
        (512, "its RSA modulus is shorter than 2048 bits"),
        (2047, "its RSA modulus is shorter than 2048 bits"),
        (2048, "it is a key"),
        (8192, "it is a key"),
        (8193, "its RSA modulus is longer than 8192 bits"),
        (16_384, "its RSA modulus is longer than 8192 bits"),
    ] {
        assert_eq!(said_of(&modulus(bits), &[1, 0, 1]), said, "{bits}");
        let with_zeroes = [vec![0; 300], modulus(bits)].concat();
        assert_eq!(said_of(&with_zeroes, &[1, 0, 1]), said, "{bits} with zeroes in front");
    }
}

#[test]
fn an_rsa_exponent_is_odd_and_neither_one_nor_above_32_bits() {
    let none = "its RSA exponent is not an odd number from 3 to 2³² - 1";
    for (e, said) in [
        (&[] as &[u8], none),
        (&[0], none),
        (&[1], none),
        (&[0, 0, 1], none),
        (&[2], none),
        (&[1, 0, 0], none),
        (&[1, 0, 2], none),
        (&[1, 0, 0, 0, 1], none),
        (&[0xff; 32], none),
        (&[3], "it is a key"),
        (&[1, 0, 1], "it is a key"),
        (&[0, 1, 0, 1], "it is a key"),
        (&[0xff; 4], "it is a key"),
    ] {
        assert_eq!(said_of(&modulus(2048), e), said, "{e:?}");
    }
}
