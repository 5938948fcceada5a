//! One key of a key set: a JWK (RFC 7517) made ready to verify with, or why it can't be.

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

/// Why a key of a key set is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidKey(Cow<'static, str>);

impl InvalidKey {
    pub(crate) fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into())
    }
}

/// A public key and the one algorithm that it is for.
#[derive(Debug)]
pub struct PublicKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

/// The members that matter here (RFC 7517 §4, RFC 7518 §6); others are ignored.
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

/// Members that only their owner may know (RFC 7518 §6.2.2, §6.3.2).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

impl PublicKey {
    /// Makes a JWK ready. Points must be on their curve, RSA keys have 2048 to 8192 bits.
    ///
    /// # Errors
    ///
    /// [`Unusable`], which says why no signature may be verified with it.
    pub fn from_jwk(jwk: &Value) -> Result<Self, InvalidKey> {
        if !jwk.is_object() {
            return Err(InvalidKey::new("it is not a JSON object"));
        }
        if PRIVATE_MEMBERS.iter().any(|member| jwk.get(member).is_some()) {
            return Err(InvalidKey::new("it has private members: whoever reads the set can sign with it"));
        }
        let jwk = Jwk::deserialize(jwk).map_err(|error| InvalidKey::new(truncated(&error)))?;
        jwk.check_usage()?;
        match jwk.kty.as_str() {
            "OKP" | "EC" => jwk.curve_key(),
            "RSA" => jwk.rsa_key(),
            "oct" => Err(InvalidKey::new("it is a symmetric key, which is no secret in a public set")),
            other => Err(InvalidKey::new(format!("its kty {} is not known", Quoted::new(other)))),
        }
    }

    /// The algorithm's name, as a token has it in `alg`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        self.algorithm.name()
    }

    /// Whether a token that names this algorithm is for this key.
    pub(crate) fn supports(&self, algorithm: Algorithm) -> bool {
        self.algorithm == algorithm
    }

    /// Whether the owner of this key signed these octets.
    #[must_use]
    pub fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(signed, signature).is_ok()
    }
}

impl Jwk {
    fn check_usage(&self) -> Result<(), InvalidKey> {
        if self.usage.as_ref().is_some_and(|usage| usage != "sig") {
            return Err(InvalidKey::new("its use is not `sig`"));
        }
        if self.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return Err(InvalidKey::new("its key_ops lack `verify`"));
        }
        Ok(())
    }

    fn curve_key(&self) -> Result<PublicKey, InvalidKey> {
        let curve = self.crv.as_deref().unwrap_or_default();
        let is_okp = self.kty == "OKP";
        let fits = |curve: &Curve| is_okp == (curve.algorithm == Algorithm::EdDsa);
        let Some(Curve { algorithm, coordinate_bytes, verification }) = Curve::from_name(curve).filter(fits) else {
            return Err(InvalidKey::new(format!("its crv {} is not known for its kty", Quoted::new(curve))));
        };
        self.check_alg(algorithm)?;
        let mut point = if is_okp { Vec::new() } else { vec![4] };
        point.extend(decode_fixed_length(coordinate_bytes, "x", self.x.as_deref())?);
        if is_okp {
            weak_keys::check_ed25519_point(&point).map_err(InvalidKey::new)?;
        } else {
            point.extend(decode_fixed_length(coordinate_bytes, "y", self.y.as_deref())?);
        }
        let key = ParsedPublicKey::new(verification, point);
        key.map(|key| PublicKey { algorithm, key })
            .map_err(|_rejected| InvalidKey::new("its point is not on its curve"))
    }

    /// Without an `alg`, an RSA key is for RS256, as most that publish none mean it; never for what a token says.
    fn rsa_key(&self) -> Result<PublicKey, InvalidKey> {
        let name = self.alg.as_deref().unwrap_or("RS256");
        let algorithm = Algorithm::from_name(name);
        let Some((algorithm, parameters)) =
            algorithm.and_then(|one| one.rsa_parameters().map(|parameters| (one, parameters)))
        else {
            return Err(InvalidKey::new(format!("its alg {} is none of RSA's", Quoted::new(name))));
        };
        let (n, e) = (decode_uint("n", self.n.as_deref())?, decode_uint("e", self.e.as_deref())?);
        weak_keys::check_rsa(&n, &e).map_err(InvalidKey::new)?;
        let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters);
        key.map(|key| PublicKey { algorithm, key }).map_err(|_rejected| InvalidKey::new("its n and e are no RSA key"))
    }

    /// The `alg` of a key may be absent, but not another one's.
    fn check_alg(&self, algorithm: Algorithm) -> Result<(), InvalidKey> {
        match self.alg.as_deref() {
            Some(name) if Algorithm::from_name(name) != Some(algorithm) => {
                Err(InvalidKey::new(format!("its alg {} does not fit its crv", Quoted::new(name))))
            }
            _ => Ok(()),
        }
    }
}

fn decode_member(name: &str, value: Option<&str>) -> Result<Vec<u8>, InvalidKey> {
    let value = value.ok_or_else(|| InvalidKey::new(format!("it has no {name}")))?;
    let octets = BASE64_URL_SAFE_NO_PAD.decode(value);
    octets.map_err(|_malformed| InvalidKey::new(format!("its {name} is not base64url without padding")))
}

/// RFC 7518 §6.2.1.2: of full length, whatever zeroes it begins with.
fn decode_fixed_length(length: usize, name: &str, value: Option<&str>) -> Result<Vec<u8>, InvalidKey> {
    let octets = decode_member(name, value)?;
    if octets.len() == length {
        Ok(octets)
    } else {
        Err(InvalidKey::new(format!("its {name} has not {length} octets")))
    }
}

/// RFC 7518 §2, `Base64urlUInt`; some write zeroes in front.
fn decode_uint(name: &str, value: Option<&str>) -> Result<Vec<u8>, InvalidKey> {
    Ok(decode_member(name, value)?.into_iter().skip_while(|octet| *octet == 0).collect())
}
