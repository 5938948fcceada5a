//! One key of a key set: a JWK (RFC 7517) made ready to verify with, or why it can't be.

use std::borrow::Cow;

use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use super::{
    algorithm::{Algorithm, Curve},
    json::cut,
    quoted::Quoted,
    weak_keys,
};

/// Why a key of a key set is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(Cow<'static, str>);

impl Unusable {
    pub(crate) fn because(why: impl Into<Cow<'static, str>>) -> Self {
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
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

impl PublicKey {
    /// Makes a JWK ready. Points must be on their curve, RSA keys have 2048 to 8192 bits.
    ///
    /// # Errors
    ///
    /// [`Unusable`], which says why no signature may be verified with it.
    pub fn from_jwk(jwk: &Value) -> Result<Self, Unusable> {
        if !jwk.is_object() {
            return Err(Unusable::because("it is not a JSON object"));
        }
        if PRIVATE.iter().any(|member| jwk.get(member).is_some()) {
            return Err(Unusable::because("it has private members: whoever reads the set can sign with it"));
        }
        let jwk = Jwk::deserialize(jwk).map_err(|error| Unusable::because(cut(&error)))?;
        jwk.is_for_signatures()?;
        match jwk.kty.as_str() {
            "OKP" | "EC" => jwk.on_curve(),
            "RSA" => jwk.rsa(),
            "oct" => Err(Unusable::because("it is a symmetric key, which is no secret in a public set")),
            other => Err(Unusable::because(format!("its kty {} is not known", Quoted::new(other)))),
        }
    }

    /// The algorithm's name, as a token has it in `alg`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        self.algorithm.name()
    }

    /// Whether a token that names this algorithm is for this key.
    pub(crate) fn is_for(&self, algorithm: Algorithm) -> bool {
        self.algorithm == algorithm
    }

    /// Whether the owner of this key signed these octets.
    #[must_use]
    pub fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(signed, signature).is_ok()
    }
}

impl Jwk {
    fn is_for_signatures(&self) -> Result<(), Unusable> {
        if self.usage.as_ref().is_some_and(|usage| usage != "sig") {
            return Err(Unusable::because("its use is not `sig`"));
        }
        if self.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return Err(Unusable::because("its key_ops lack `verify`"));
        }
        Ok(())
    }

    fn on_curve(&self) -> Result<PublicKey, Unusable> {
        let curve = self.crv.as_deref().unwrap_or_default();
        let is_okp = self.kty == "OKP";
        let fits = |curve: &Curve| is_okp == (curve.algorithm == Algorithm::EdDsa);
        let Some(Curve { algorithm, coordinate, verification }) = Curve::named(curve).filter(fits) else {
            return Err(Unusable::because(format!("its crv {} is not known for its kty", Quoted::new(curve))));
        };
        self.claims_no_other_than(algorithm)?;
        let mut point = if is_okp { Vec::new() } else { vec![4] };
        point.extend(exactly(coordinate, "x", self.x.as_deref())?);
        if is_okp {
            weak_keys::small_order(&point).map_err(Unusable::because)?;
        } else {
            point.extend(exactly(coordinate, "y", self.y.as_deref())?);
        }
        let key = ParsedPublicKey::new(verification, point);
        key.map(|key| PublicKey { algorithm, key })
            .map_err(|_rejected| Unusable::because("its point is not on its curve"))
    }

    /// Without an `alg`, an RSA key is for RS256, as most that publish none mean it; never for what a token says.
    fn rsa(&self) -> Result<PublicKey, Unusable> {
        let name = self.alg.as_deref().unwrap_or("RS256");
        let algorithm = Algorithm::named(name);
        let Some((algorithm, parameters)) = algorithm.and_then(|one| one.rsa().map(|parameters| (one, parameters)))
        else {
            return Err(Unusable::because(format!("its alg {} is none of RSA's", Quoted::new(name))));
        };
        let (n, e) = (integer("n", self.n.as_deref())?, integer("e", self.e.as_deref())?);
        weak_keys::rsa(&n, &e).map_err(Unusable::because)?;
        let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters);
        key.map(|key| PublicKey { algorithm, key }).map_err(|_rejected| Unusable::because("its n and e are no RSA key"))
    }

    /// The `alg` of a key may be absent, but not another one's.
    fn claims_no_other_than(&self, algorithm: Algorithm) -> Result<(), Unusable> {
        match self.alg.as_deref() {
            Some(name) if Algorithm::named(name) != Some(algorithm) => {
                Err(Unusable::because(format!("its alg {} does not fit its crv", Quoted::new(name))))
            }
            _ => Ok(()),
        }
    }
}

fn octets(name: &str, value: Option<&str>) -> Result<Vec<u8>, Unusable> {
    let value = value.ok_or_else(|| Unusable::because(format!("it has no {name}")))?;
    let octets = BASE64_URL_SAFE_NO_PAD.decode(value);
    octets.map_err(|_malformed| Unusable::because(format!("its {name} is not base64url without padding")))
}

/// RFC 7518 §6.2.1.2: of full length, whatever zeroes it begins with.
fn exactly(length: usize, name: &str, value: Option<&str>) -> Result<Vec<u8>, Unusable> {
    let octets = octets(name, value)?;
    if octets.len() == length {
        Ok(octets)
    } else {
        Err(Unusable::because(format!("its {name} has not {length} octets")))
    }
}

/// RFC 7518 §2, `Base64urlUInt`; some write zeroes in front.
fn integer(name: &str, value: Option<&str>) -> Result<Vec<u8>, Unusable> {
    Ok(octets(name, value)?.into_iter().skip_while(|octet| *octet == 0).collect())
}
