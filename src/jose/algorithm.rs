//! Signature algorithms of public keys (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, VerificationAlgorithm,
};

/// A signature algorithm that verifies with a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    EdDsa,
    Es256,
    Es384,
    Es512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
}

/// Values of `alg`. Ed25519 has two: RFC 9864 deprecates `EdDSA`, which Better Auth uses.
const ALGORITHM_NAMES: [(&str, Algorithm); 11] = [
    ("EdDSA", Algorithm::EdDsa),
    ("Ed25519", Algorithm::EdDsa),
    ("ES256", Algorithm::Es256),
    ("ES384", Algorithm::Es384),
    ("ES512", Algorithm::Es512),
    ("RS256", Algorithm::Rs256),
    ("RS384", Algorithm::Rs384),
    ("RS512", Algorithm::Rs512),
    ("PS256", Algorithm::Ps256),
    ("PS384", Algorithm::Ps384),
    ("PS512", Algorithm::Ps512),
];

/// The algorithms, for messages.
pub(crate) const SUPPORTED_NAMES: &str = "EdDSA, ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512";

/// An elliptic curve and its only algorithm.
pub(crate) struct Curve {
    pub(crate) algorithm: Algorithm,
    /// Length of one coordinate of a point.
    pub(crate) coordinate_bytes: usize,
    /// ECDSA signatures are the concatenation of r and s (RFC 7518 §3.4).
    pub(crate) verification: &'static dyn VerificationAlgorithm,
}

impl Algorithm {
    /// The algorithms that an RSA key can be used with.
    pub(crate) const RSA: [Self; 6] = [Self::Rs256, Self::Rs384, Self::Rs512, Self::Ps256, Self::Ps384, Self::Ps512];

    /// Returns the algorithm with exactly this `alg`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        ALGORITHM_NAMES.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    pub(crate) fn name(self) -> &'static str {
        ALGORITHM_NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// Returns the parameters of an RSA algorithm. The PSS salt is as long as the hash (RFC 7518 §3.5).
    pub(crate) fn rsa_parameters(self) -> Option<&'static RsaParameters> {
        Some(match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &RSA_PSS_2048_8192_SHA512,
            _ => return None,
        })
    }
}

impl Curve {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let (algorithm, coordinate_bytes, verification): (_, _, &dyn VerificationAlgorithm) = match name {
            "Ed25519" => (Algorithm::EdDsa, 32, &ED25519),
            "P-256" => (Algorithm::Es256, 32, &ECDSA_P256_SHA256_FIXED),
            "P-384" => (Algorithm::Es384, 48, &ECDSA_P384_SHA384_FIXED),
            "P-521" => (Algorithm::Es512, 66, &ECDSA_P521_SHA512_FIXED),
            _ => return None,
        };
        Some(Self { algorithm, coordinate_bytes, verification })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_listed_in_messages() {
        let mut names: Vec<_> = ALGORITHM_NAMES.iter().map(|(_, algorithm)| algorithm.name()).collect();
        names.dedup();
        assert_eq!(names.join(", "), SUPPORTED_NAMES);
    }
}
