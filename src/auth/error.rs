//! Why a token is not let in, in words that a developer can act on. A caller is told next to nothing of it.

use std::{borrow::Cow, fmt};

use crate::jose::{Quoted, TokenFormatError};

/// Why a token is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// More than one `Authorization` field, which nobody sends by accident.
    #[error("more than one Authorization field")]
    MultipleCredentials,
    /// The credential is not a JWT whose header can be read.
    #[error(transparent)]
    Format(#[from] TokenFormatError),
    /// Another kind of token (RFC 8725 §3.11), or an algorithm that is not let in.
    #[error("alg is {algorithm}{}, but only {accepted} is set", typ(.media_type.as_ref()))]
    NoVerifier {
        /// What the token says.
        algorithm: Quoted,
        /// What the token says, if anything.
        media_type: Option<Quoted>,
        /// The doors there are.
        accepted: String,
    },
    /// The signature is not ours.
    #[error("the signature does not verify under {0}")]
    InvalidSignature(Cow<'static, str>),
    /// An own token under another key than those of the present secrets.
    #[error("the token was made here, under a secret that is not set any more (kid {0})")]
    UnknownSigningKey(Quoted),
    /// Signed out.
    #[error("the token, its session or all of its user's was revoked")]
    Revoked,
    /// The key set has no such key.
    #[error("the key set has {keys}; the token's kid is {kid}; last fetched {age} s ago")]
    UnknownKid {
        /// What the token says.
        kid: Quoted,
        /// What the set has.
        keys: String,
        /// Seconds since the set was fetched.
        age: i64,
    },
    /// Nothing tells which key it is.
    #[error("the token has no kid, and the key set has not just one key for {algorithm}, but {keys}")]
    MissingKid {
        /// What the token says.
        algorithm: &'static str,
        /// What the set has.
        keys: String,
    },
    /// One key, one algorithm (RFC 8725 §3.1).
    #[error("the key {kid} is for {key}, the token's alg is {token}")]
    AlgorithmMismatch {
        /// What the token says.
        kid: Quoted,
        /// What the key is for.
        key: &'static str,
        /// What the token says.
        token: Quoted,
    },
    /// Whether the token is good, nobody can tell at the moment.
    #[error("the key set is away: {cause}; see JWKS_URL")]
    KeySetUnavailable {
        /// What went wrong at the last attempt.
        cause: String,
        /// Seconds until the next one.
        retry_after: i64,
    },
    /// The payload is not what a token's must be.
    #[error("the payload can't be read: {0}")]
    InvalidPayload(String),
    /// RFC 7519 §4.1.4.
    #[error("expired {0} s ago")]
    Expired(i64),
    /// RFC 7519 §4.1.4.
    #[error("exp is beyond the year 9999; it is in seconds, are these milliseconds?")]
    ExpiryOutOfRange,
    /// RFC 7519 §4.1.5.
    #[error("not valid for another {0} s (nbf)")]
    NotYetValid(i64),
    /// RFC 7519 §4.1.6.
    #[error("issued {0} s from now (iat); is a clock wrong?")]
    IssuedInFuture(i64),
    /// RFC 7519 §4.1.6.
    #[error("issued (iat) after it expires (exp)")]
    IssuedAfterExpiry,
    /// RFC 7519 §4.1.2.
    #[error("sub must be 1 to 255 visible ASCII characters")]
    InvalidSubject,
    /// RFC 7519 §4.1.1.
    #[error("iss {}, {expected}{}", is(.found.as_ref()), but(*.hint))]
    IssuerMismatch {
        /// What the token says, if anything.
        found: Option<Quoted>,
        /// What is configured.
        expected: AllowedValues,
        /// What is nearly right about it.
        hint: Option<&'static str>,
    },
    /// RFC 7519 §4.1.3.
    #[error("aud {}, {expected}{}", is(.found.as_ref()), but(*.hint))]
    AudienceMismatch {
        /// What the token says, if anything.
        found: Option<Quoted>,
        /// What is configured.
        expected: AllowedValues,
        /// What is nearly right about it.
        hint: Option<&'static str>,
    },
}

impl TokenError {
    /// All that a caller is told.
    #[must_use]
    pub fn public_message(&self) -> &'static str {
        match self {
            Self::Expired(_) => "the token is expired",
            _ => "the token is not valid",
        }
    }
}

fn typ(media_type: Option<&Quoted>) -> String {
    media_type.map_or_else(String::new, |typ| format!(", typ is {typ}"))
}

fn is(found: Option<&Quoted>) -> String {
    found.map_or_else(|| "is missing".into(), |found| format!("is {found}"))
}

fn but(hint: Option<&str>) -> String {
    hint.map_or_else(String::new, |hint| format!(": {hint}"))
}

/// The values that a setting allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedValues {
    setting: &'static str,
    values: Vec<String>,
}

impl AllowedValues {
    /// Those of the setting of this name.
    #[must_use]
    pub fn new(setting: &'static str, values: &[String]) -> Self {
        Self { setting, values: values.to_vec() }
    }
}

impl fmt::Display for AllowedValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(|value| format!("`{value}`")).collect();
        match values.as_slice() {
            [] => write!(f, "and {} is not set, so a token must have none", self.setting),
            values => write!(f, "expected {} ({})", values.join(" or "), self.setting),
        }
    }
}
