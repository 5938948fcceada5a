//! Why a token is rejected, in terms that a developer can act on. A client learns only whether the token has expired.

use super::allowed_values::AllowedValues;
use crate::jose::{Quoted, TokenFormatError};

/// Why a token is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum TokenError {
    /// The request has more than one credential.
    #[error("the request has more than one credential: two Authorization fields, or one and a session cookie")]
    MultipleCredentials,
    /// The credential is not a JWT whose header can be read.
    #[error("{}", .hint.map_or_else(|| .error.to_string(), str::to_owned))]
    Format {
        /// What is wrong with the text.
        error: TokenFormatError,
        /// What the text most likely is.
        hint: Option<&'static str>,
    },
    /// No verifier is enabled for this type of token (RFC 8725 §3.11) or for its algorithm.
    #[error("no verifier for alg {algorithm}{}; enabled: {accepted}", typ(.media_type.as_ref()))]
    NoVerifier {
        /// The token's `alg`.
        algorithm: Quoted,
        /// The token's `typ`.
        media_type: Option<Quoted>,
        /// The enabled verifiers.
        accepted: String,
    },
    /// The signature does not verify under the key or secret that is named.
    #[error("the signature does not verify with {0}")]
    InvalidSignature(String),
    /// An access token of this service, signed under a secret that is no longer configured.
    #[error("this service's access token was signed under a secret that is no longer configured (kid {0})")]
    UnknownSigningKey(Quoted),
    /// The token, its session, or all tokens of its user were revoked.
    #[error("the token was revoked, alone, with its session or with all tokens of its user")]
    Revoked,
    /// The key set does not contain the token's key.
    #[error("the token's kid is {kid}, the key set has {keys}; last fetched {age} s ago")]
    UnknownKid {
        /// The token's `kid`.
        kid: Quoted,
        /// The key ids of the set.
        keys: String,
        /// Seconds since the set was fetched.
        age: i64,
    },
    /// The token does not name its key, and the algorithm does not identify one.
    #[error("the token has no kid, and the key set does not have exactly one key for {algorithm}: it has {keys}")]
    MissingKid {
        /// The token's `alg`.
        algorithm: &'static str,
        /// The key ids of the set.
        keys: String,
    },
    /// The token's algorithm is not one that its key is for (RFC 8725 §3.1).
    #[error("the token's alg is {token}, the key {kid} is for {key}")]
    AlgorithmMismatch {
        /// The token's `kid`.
        kid: Quoted,
        /// The algorithms that the key is for.
        key: String,
        /// The token's `alg`.
        token: Quoted,
    },
    /// The key set is needed and cannot be fetched at present, so the token can be neither accepted nor rejected.
    #[error("the key set is unavailable: {cause}; check JWKS_URL")]
    KeySetUnavailable {
        /// Why the last attempt failed.
        cause: String,
        /// Seconds until the next attempt.
        retry_after: i64,
    },
    /// The payload is not a JSON object with the required claims.
    #[error("invalid payload: {0}")]
    InvalidPayload(String),
    /// `exp` is in the past (RFC 7519 §4.1.4). Carries the seconds since then.
    #[error("the token expired {0} s ago")]
    Expired(i64),
    /// `exp` is beyond the year 9999.
    #[error("exp is after the year 9999; it must be in seconds, not milliseconds")]
    ExpiryOutOfRange,
    /// `nbf` is in the future (RFC 7519 §4.1.5). Carries the seconds until then.
    #[error("the token is not valid for another {0} s (nbf)")]
    NotYetValid(i64),
    /// `iat` is in the future (RFC 7519 §4.1.6). Carries the seconds until then.
    #[error("the token was issued {0} s in the future (iat); check the clocks")]
    IssuedInFuture(i64),
    /// `iat` is after `exp`.
    #[error("the token was issued (iat) after it expires (exp)")]
    IssuedAfterExpiry,
    /// The user's id is out of range (RFC 7519 §4.1.2).
    #[error("the user's id must have 1 to 255 visible ASCII characters")]
    InvalidSubject,
    /// `sub` and the claim that `USER_ID_CLAIM` names differ.
    #[error("sub and {claim} (USER_ID_CLAIM) name different users")]
    AmbiguousUser {
        /// The name of the claim.
        claim: Quoted,
    },
    /// An access token of an OAuth authorization server, which this service does not accept.
    #[error("this is an OAuth access token; OAUTH_AUDIENCE and OAUTH_SCOPE are not set")]
    OAuthDisabled,
    /// An access token without a required scope (RFC 6750 §3.1).
    #[error("scope {}, the token needs `{expected}` (OAUTH_SCOPE)", is(.found.as_ref()))]
    InsufficientScope {
        /// The token's `scope`.
        found: Option<Quoted>,
        /// The required scopes.
        expected: String,
    },
    /// An access token that was issued to an OAuth client and no user (RFC 6749 §4.4).
    #[error("the token was issued to an OAuth client, not to a user")]
    NoUser,
    /// An access token that is bound to a key of its holder (RFC 7800 §3.1).
    #[error("the token is bound to a key (cnf), which a bearer request does not prove")]
    SenderConstrained,
    /// `iss` is missing or not accepted (RFC 7519 §4.1.1).
    #[error("iss {}, {expected}{}", is(.found.as_ref()), suffix(*.hint))]
    IssuerMismatch {
        /// The token's `iss`.
        found: Option<Quoted>,
        /// The accepted values.
        expected: AllowedValues,
        /// The likely mistake.
        hint: Option<&'static str>,
    },
    /// `aud` is missing or not accepted (RFC 7519 §4.1.3).
    #[error("aud {}, {expected}{}", is(.found.as_ref()), suffix(*.hint))]
    AudienceMismatch {
        /// The token's `aud`.
        found: Option<Quoted>,
        /// The accepted values.
        expected: AllowedValues,
        /// The likely mistake.
        hint: Option<&'static str>,
    },
}

impl TokenError {
    /// Returns all that a client may learn.
    #[must_use]
    pub fn public_message(&self) -> &'static str {
        match self {
            Self::Expired(_) => "the token is expired",
            _ => "the token is not valid",
        }
    }
}

fn typ(media_type: Option<&Quoted>) -> String {
    media_type.map_or_else(String::new, |typ| format!(" and typ {typ}"))
}

fn is(found: Option<&Quoted>) -> String {
    found.map_or_else(|| "is missing".into(), |found| format!("is {found}"))
}

fn suffix(hint: Option<&str>) -> String {
    hint.map_or_else(String::new, |hint| format!(": {hint}"))
}
