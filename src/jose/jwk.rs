//! Public keys from JWKs (RFC 7517).

use std::borrow::Cow;

use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use super::{
    algorithm::{Algorithm, Curve},
    json::truncated,
    quoted::Quoted,
    weak_keys,
};

/// Why a JWK cannot be used to verify signatures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidKey(Cow<'static, str>);

impl InvalidKey {
    pub(crate) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }
}

/// A public key, ready for each algorithm that it may be used with: for one, except for an RSA key without `alg`.
#[derive(Debug)]
pub struct PublicKey(Vec<(Algorithm, ParsedPublicKey)>);

/// The JWK members that are read (RFC 7517 §4, RFC 7518 §6). Others are ignored.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// Members of a private key (RFC 7518 §6.2.2, §6.3.2).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

impl PublicKey {
    /// Parses a JWK. Points must be on their curve; RSA keys must have 2048 to 8192 bits.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] if the key is malformed, weak, private, or not meant for signatures.
    pub fn from_jwk(jwk: &Value) -> Result<Self, InvalidKey> {
        if !jwk.is_object() {
            return Err(InvalidKey::new("it is not a JSON object"));
        }
        if PRIVATE_MEMBERS.iter().any(|member| jwk.get(member).is_some()) {
            return Err(InvalidKey::new("it has private members: anyone who reads the set can sign with it"));
        }
        let jwk = Jwk::deserialize(jwk).map_err(|error| InvalidKey::new(truncated(&error)))?;
        jwk.check_usage()?;
        match jwk.kty.as_str() {
            "OKP" | "EC" => jwk.curve_key(),
            "RSA" => jwk.rsa_key(),
            "oct" => Err(InvalidKey::new("it is a symmetric key, which a public set must not contain")),
            other => Err(InvalidKey::new(format!("its kty {} is not supported", Quoted::new(other)))),
        }
    }

    /// Returns the values of `alg` that a token under this key may have, separated by commas.
    #[must_use]
    pub fn algorithms(&self) -> String {
        self.0.iter().map(|(algorithm, _)| algorithm.name()).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn supports(&self, algorithm: Algorithm) -> bool {
        self.0.iter().any(|(supported, _)| *supported == algorithm)
    }

    /// Verifies a signature by the algorithm with this name.
    #[must_use]
    pub fn verify(&self, algorithm: &str, signed: &[u8], signature: &[u8]) -> bool {
        Algorithm::from_name(algorithm).is_some_and(|algorithm| self.verify_by(algorithm, signed, signature))
    }

    pub(crate) fn verify_by(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let key = self.0.iter().find(|(supported, _)| *supported == algorithm);
        key.is_some_and(|(_, key)| key.verify_sig(signed, signature).is_ok())
    }
}

impl Jwk {
    fn check_usage(&self) -> Result<(), InvalidKey> {
        if self.usage.as_ref().is_some_and(|usage| usage != "sig") {
            return Err(InvalidKey::new("its use is not `sig`"));
        }
        if self.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return Err(InvalidKey::new("its key_ops do not contain `verify`"));
        }
        Ok(())
    }

    fn curve_key(&self) -> Result<PublicKey, InvalidKey> {
        let crv = self.crv.as_deref().unwrap_or_default();
        let is_okp = self.kty == "OKP";
        let fits = |curve: &Curve| is_okp == (curve.algorithm == Algorithm::EdDsa);
        let Some(curve) = Curve::from_name(crv).filter(fits) else {
            return Err(InvalidKey::new(format!("its crv {} is not supported for its kty", Quoted::new(crv))));
        };
        self.check_alg(curve.algorithm)?;
        let key = ParsedPublicKey::new(curve.verification, self.point(&curve)?);
        let key = key.map_err(|_rejected| InvalidKey::new("its point is not on its curve"))?;
        Ok(PublicKey(vec![(curve.algorithm, key)]))
    }

    fn point(&self, curve: &Curve) -> Result<Vec<u8>, InvalidKey> {
        const UNCOMPRESSED: u8 = 4;
        let x = decode_fixed_length(curve.coordinate_bytes, "x", self.x.as_deref())?;
        if curve.algorithm == Algorithm::EdDsa {
            weak_keys::check_ed25519_point(&x).map_err(InvalidKey::new)?;
            return Ok(x);
        }
        let y = decode_fixed_length(curve.coordinate_bytes, "y", self.y.as_deref())?;
        Ok([&[UNCOMPRESSED][..], &x, &y].concat())
    }

    /// With `alg`, the key is for that algorithm alone (RFC 8725 §3.1). Without it, for all of RSA's.
    fn rsa_key(&self) -> Result<PublicKey, InvalidKey> {
        let algorithms = match self.alg.as_deref() {
            None => Algorithm::RSA.to_vec(),
            Some(name) => {
                vec![Algorithm::from_name(name).filter(|one| one.rsa_parameters().is_some()).ok_or_else(|| {
                    InvalidKey::new(format!("its alg {} is not an RSA signature algorithm", Quoted::new(name)))
                })?]
            }
        };
        let (n, e) = (decode_uint("n", self.n.as_deref())?, decode_uint("e", self.e.as_deref())?);
        weak_keys::check_rsa(&n, &e).map_err(InvalidKey::new)?;
        let components = RsaPublicKeyComponents { n, e };
        let key = |algorithm: Algorithm| {
            let key = components.to_parsed_public_key(algorithm.rsa_parameters()?).ok()?;
            Some((algorithm, key))
        };
        let keys: Option<Vec<_>> = algorithms.into_iter().map(key).collect();
        keys.map(PublicKey).ok_or_else(|| InvalidKey::new("its n and e are not an RSA key"))
    }

    /// A key on a curve may omit `alg`, but not name another curve's.
    fn check_alg(&self, algorithm: Algorithm) -> Result<(), InvalidKey> {
        match self.alg.as_deref() {
            Some(name) if Algorithm::from_name(name) != Some(algorithm) => {
                Err(InvalidKey::new(format!("its alg {} does not match its crv", Quoted::new(name))))
            }
            _ => Ok(()),
        }
    }
}

fn decode_member(name: &str, value: Option<&str>) -> Result<Vec<u8>, InvalidKey> {
    let value = value.ok_or_else(|| InvalidKey::new(format!("it has no {name}")))?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(value);
    bytes.map_err(|_malformed| InvalidKey::new(format!("its {name} is not base64url without padding")))
}

/// Coordinates have their full length, leading zeroes included (RFC 7518 §6.2.1.2).
fn decode_fixed_length(length: usize, name: &str, value: Option<&str>) -> Result<Vec<u8>, InvalidKey> {
    let bytes = decode_member(name, value)?;
    if bytes.len() == length {
        Ok(bytes)
    } else {
        Err(InvalidKey::new(format!("its {name} has {} bytes, expected {length}", bytes.len())))
    }
}

/// Decodes a `Base64urlUInt` (RFC 7518 §2). Leading zeroes, which some servers send, are dropped.
fn decode_uint(name: &str, value: Option<&str>) -> Result<Vec<u8>, InvalidKey> {
    Ok(decode_member(name, value)?.into_iter().skip_while(|byte| *byte == 0).collect())
}
