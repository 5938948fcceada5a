//! Why a token is not let in, in words that a developer can act on. A caller is told next to nothing of it.

use std::fmt;

/// Why a token is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// More than one `Authorization` field, which nobody sends by accident.
    #[error("more than one Authorization field")]
    TwoCredentials,
    /// Larger than any token of a front end's.
    #[error("the token has {0} octets, more than the 16384 that are read")]
    TooLong(usize),
    /// Not a JWT in compact form (RFC 7519 §3).
    #[error("not a JWT: {0}")]
    NotAJwt(&'static str),
    /// Critical header parameters (RFC 7515 §4.1.11, RFC 7797).
    #[error("the header has `{0}`, and no extension is supported")]
    Critical(&'static str),
    /// No door takes this kind of token.
    #[error("no door is open for it: alg is {0}, and only HS256 under the shared secret is let in")]
    NoDoor(Quoted),
    /// Another kind of token (RFC 8725 §3.11).
    #[error("typ is {0}, expected none or \"JWT\"")]
    Type(Quoted),
    /// The signature is not ours.
    #[error("the signature does not verify under {0}")]
    Signature(&'static str),
    /// The payload is not what a token's must be.
    #[error("the payload can't be read: {0}")]
    Payload(String),
    /// RFC 7519 §4.1.4.
    #[error("expired {0} s ago")]
    Expired(i64),
    /// RFC 7519 §4.1.4.
    #[error("exp is beyond the year 9999; it is in seconds, are these milliseconds?")]
    EndlessExpiry,
    /// RFC 7519 §4.1.5.
    #[error("not valid for another {0} s (nbf)")]
    NotYet(i64),
    /// RFC 7519 §4.1.6.
    #[error("issued {0} s from now (iat); is a clock wrong?")]
    IssuedInFuture(i64),
    /// RFC 7519 §4.1.6.
    #[error("issued (iat) after it expires (exp)")]
    IssuedAfterExpiry,
    /// RFC 7519 §4.1.2.
    #[error("sub must be 1 to 255 visible ASCII characters")]
    Subject,
    /// RFC 7519 §4.1.1.
    #[error("iss is {found}, expected {expected}")]
    Issuer {
        /// What the token says.
        found: Quoted,
        /// What is configured.
        expected: String,
    },
    /// RFC 7519 §4.1.3.
    #[error("aud is {found}, expected {expected}")]
    Audience {
        /// What the token says.
        found: Quoted,
        /// What is configured.
        expected: String,
    },
}

impl Reason {
    /// All that a caller is told.
    #[must_use]
    pub fn told(&self) -> &'static str {
        match self {
            Self::Expired(_) => "the token is expired",
            _ => "the token is not valid",
        }
    }
}

/// A value out of a token, made safe to print: quoted, escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(String);

impl Quoted {
    /// Quotes `value`.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.chars().take(80).collect())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
