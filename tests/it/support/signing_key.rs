//! Private keys for every algorithm and their public JWKs (RFC 7518 §6, RFC 8037 §2).

use std::sync::OnceLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
        RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
        RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A private key.
pub(super) enum SigningKey {
    Ed25519(Ed25519KeyPair),
    Ecdsa { pair: EcdsaKeyPair, curve: &'static str },
    Rsa { pair: &'static RsaKeyPair, encoding: &'static dyn RsaEncoding },
}

impl SigningKey {
    /// A key for `algorithm`. Generating RSA keys is slow, so there are two of them in all.
    pub(super) fn first(algorithm: &str) -> Self {
        static RSA: OnceLock<RsaKeyPair> = OnceLock::new();
        Self::generate(algorithm, &RSA)
    }

    /// A key that differs from the first.
    pub(super) fn second(algorithm: &str) -> Self {
        static RSA: OnceLock<RsaKeyPair> = OnceLock::new();
        Self::generate(algorithm, &RSA)
    }

    fn generate(algorithm: &str, rsa: &'static OnceLock<RsaKeyPair>) -> Self {
        match algorithm {
            "EdDSA" | "Ed25519" => Self::Ed25519(Ed25519KeyPair::generate().unwrap()),
            "ES256" => Self::ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
            "ES384" => Self::ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
            "ES512" => Self::ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521"),
            "ES256K" => Self::ecdsa(&ECDSA_P256K1_SHA256_FIXED_SIGNING, "secp256k1"),
            _ => {
                let pair = rsa.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
                Self::Rsa { pair, encoding: encoding(algorithm) }
            }
        }
    }

    fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, curve: &'static str) -> Self {
        Self::Ecdsa { pair: EcdsaKeyPair::generate(algorithm).unwrap(), curve }
    }

    /// The same RSA key, used with another algorithm.
    pub(super) fn with_algorithm(&self, algorithm: &str) -> Self {
        let Self::Rsa { pair, .. } = self else { panic!("other keys have one algorithm") };
        Self::Rsa { pair, encoding: encoding(algorithm) }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Ecdsa { pair, .. } => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Rsa { pair, encoding } => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// The JWK members of the public key.
    pub(super) fn public(&self) -> Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ed25519(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }),
            Self::Ecdsa { pair, curve } => {
                // an uncompressed point: 4, x, y (SEC 1 §2.3.3)
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": curve, "x": text(x), "y": text(y) })
            }
            Self::Rsa { pair, .. } => {
                let key = pair.public_key();
                let (n, e) = (key.modulus(), key.exponent());
                json!({ "kty": "RSA", "n": text(n.big_endian_without_leading_zero()), "e": text(e.big_endian_without_leading_zero()) })
            }
        }
    }
}

fn encoding(algorithm: &str) -> &'static dyn RsaEncoding {
    match algorithm {
        "RS256" => &RSA_PKCS1_SHA256,
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        "PS256" => &RSA_PSS_SHA256,
        "PS384" => &RSA_PSS_SHA384,
        "PS512" => &RSA_PSS_SHA512,
        _ => panic!("no key type for {algorithm}"),
    }
}
