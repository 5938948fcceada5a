//! The claims of a token.

use entity::{SessionId, UserId};
use serde::Deserialize;

use super::error::TokenError;
use crate::jose::json::{lenient, non_null, parse_object, truncated};

/// Longest `sub` and `sid` in bytes.
const MAX_ID_BYTES: usize = 255;

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The user: `sub`.
    pub subject: UserId,
    /// The e-mail address.
    pub email: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// Whether the e-mail address is verified, if the token states it.
    pub email_verified: Option<bool>,
    /// The URL of the profile picture.
    pub image: Option<String>,
    /// The times between which the token is valid.
    pub times: TokenTimes,
    /// The session that the token belongs to: `sid` (OpenID Connect Front-Channel Logout 1.0 §3).
    pub session: Option<TokenSession>,
}

/// The times of a token in seconds since 1970 (RFC 7519 §4.1.4 to §4.1.6).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenTimes {
    /// `exp`.
    pub expires: f64,
    /// `nbf`.
    pub not_before: Option<f64>,
    /// `iat`.
    pub issued: Option<f64>,
}

/// The session that a token belongs to, by who opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSession {
    /// A session of this service.
    Own(SessionId),
    /// A session of the front end.
    FrontEnd(SessionId),
}

/// The claims as the payload has them. Duplicate members, wrong types and `null` are rejected, except that `email` and
/// `name` may be `null` and that further profile data may have any type.
#[derive(Deserialize)]
pub(super) struct RawClaims {
    sub: String,
    exp: f64,
    #[serde(default, deserialize_with = "non_null")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "non_null")]
    iat: Option<f64>,
    #[serde(default, deserialize_with = "non_null")]
    pub(super) iss: Option<String>,
    #[serde(default, deserialize_with = "non_null")]
    pub(super) aud: Option<Audience>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, rename = "emailVerified", deserialize_with = "lenient")]
    better_auth_email_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    email_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    image: Option<String>,
    #[serde(default, deserialize_with = "non_null")]
    sid: Option<String>,
}

/// `aud` (RFC 7519 §4.1.3).
#[derive(Deserialize)]
#[serde(untagged, expecting = "a string or an array of strings")]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Returns the bytes that the texts occupy.
    pub(in crate::auth) fn text_bytes(&self) -> usize {
        let session = self.session.as_ref().map(|session| session.id().as_str());
        let texts =
            [self.email.as_deref(), self.name.as_deref(), self.image.as_deref(), Some(self.subject.as_str()), session];
        texts.into_iter().flatten().map(str::len).sum()
    }
}

impl TokenSession {
    /// Returns the session's id.
    #[must_use]
    pub fn id(&self) -> &SessionId {
        match self {
            Self::Own(id) | Self::FrontEnd(id) => id,
        }
    }
}

impl RawClaims {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        parse_object(payload).map_err(|error| TokenError::InvalidPayload(truncated(&error)))
    }

    pub(super) fn times(&self) -> TokenTimes {
        TokenTimes { expires: self.exp, not_before: self.nbf, issued: self.iat }
    }

    /// Converts the claims. `session` is the kind of session that `sid` names.
    pub(super) fn into_claims(self, session: impl FnOnce(SessionId) -> TokenSession) -> Result<Claims, TokenError> {
        Ok(Claims {
            times: self.times(),
            subject: parse_subject(&self.sub)?,
            email: self.email,
            name: self.name,
            email_verified: self.better_auth_email_verified.or(self.email_verified),
            image: self.image,
            session: self.sid.as_deref().map(parse_session_id).transpose()?.map(session),
        })
    }
}

impl Audience {
    pub(super) fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// Accepts 1 to 255 visible ASCII characters (OpenID Connect Core §2), so that no two subjects look alike.
fn parse_subject(sub: &str) -> Result<UserId, TokenError> {
    if (1..=MAX_ID_BYTES).contains(&sub.len()) && sub.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(UserId::from(sub))
    } else {
        Err(TokenError::InvalidSubject)
    }
}

/// Rejects an id that is too long to be stored as a revocation.
fn parse_session_id(sid: &str) -> Result<SessionId, TokenError> {
    if (1..=MAX_ID_BYTES).contains(&sid.len()) {
        Ok(SessionId::from(sid))
    } else {
        Err(TokenError::InvalidPayload(format!("`sid` must have 1 to {MAX_ID_BYTES} bytes")))
    }
}
