//! What a proven token says, and the rules that it must keep.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{SessionId, UserId};
use serde::Deserialize;

use super::error::{AllowedValues, TokenError};
use crate::jose::{
    Quoted,
    json::{lenient, non_null, parse_object, truncated},
};

/// The last second of the year 9999.
const MAX_EXPIRY: f64 = 253_402_300_799.0;

/// What a proven token says of its user.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// Who it is.
    pub subject: UserId,
    /// Their e-mail address, if the token has it.
    pub email: Option<String>,
    /// Their name, if the token has it.
    pub name: Option<String>,
    /// Whether that address is known to be theirs, if the token says so or not.
    pub email_verified: Option<bool>,
    /// Where their picture is, if the token has it.
    pub image: Option<String>,
    /// From when to when the token is valid.
    pub times: TokenTimes,
    /// The session that it ends with, if it is one of our own.
    pub session: Option<SessionId>,
    /// The front end's session that it ends with, if it names one: `sid` (OpenID Connect Front-Channel Logout 1.0 §3).
    pub front_end_session: Option<SessionId>,
}

/// The times of a token, in seconds since 1970 (RFC 7519 §4.1.4 to §4.1.6).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenTimes {
    /// When it ends: `exp`.
    pub expires: f64,
    /// When it begins to be valid: `nbf`.
    pub not_before: Option<f64>,
    /// When it was made: `iat`.
    pub issued: Option<f64>,
}

impl Claims {
    /// The session that it ends with, whoever opened it.
    pub(in crate::auth) fn any_session(&self) -> Option<&SessionId> {
        self.session.as_ref().or(self.front_end_session.as_ref())
    }

    /// How much text there is in them.
    pub(in crate::auth) fn text_bytes(&self) -> usize {
        let session = self.front_end_session.as_ref().map(SessionId::as_str);
        let texts =
            [self.email.as_deref(), self.name.as_deref(), self.image.as_deref(), Some(self.subject.as_str()), session];
        texts.into_iter().flatten().map(str::len).sum()
    }
}

/// What a door demands of the claims of its tokens.
#[derive(Debug, Clone)]
pub struct Validation {
    /// Clock skew allowed.
    pub leeway: Duration,
    /// Issuers that a token may name.
    pub issuers: Vec<String>,
    /// Audiences that a token may name.
    pub audiences: Vec<String>,
    /// Whether a token must name both.
    pub require_iss_and_aud: bool,
}

/// The claims as they stand in the payload. A member of the wrong type, or one that stands twice, is refused, and so is `null`
/// but for an e-mail address or a name that nobody knows; what describes the user further may be of any type.
#[derive(Deserialize)]
struct RawClaims {
    sub: String,
    exp: f64,
    #[serde(default, deserialize_with = "non_null")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "non_null")]
    iat: Option<f64>,
    #[serde(default, deserialize_with = "non_null")]
    iss: Option<String>,
    #[serde(default, deserialize_with = "non_null")]
    aud: Option<Audience>,
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

/// RFC 7519 §4.1.3.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a string or an array of strings")]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Validation {
    /// Reads a payload whose signature is proven.
    ///
    /// # Errors
    ///
    /// The [`TokenError`] for which it is not let in.
    pub(in crate::auth) fn validate(&self, payload: &[u8], now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let payload: RawClaims =
            parse_object(payload).map_err(|error| TokenError::InvalidPayload(truncated(&error)))?;
        let times = TokenTimes { expires: payload.exp, not_before: payload.nbf, issued: payload.iat };
        self.validate_times(&times, now)?;
        self.validate_issuer(payload.iss.as_deref())?;
        self.validate_audience(payload.aud.as_ref())?;
        Ok(Claims {
            subject: parse_subject(&payload.sub)?,
            email: payload.email,
            name: payload.name,
            email_verified: payload.better_auth_email_verified.or(payload.email_verified),
            image: payload.image,
            times,
            session: None,
            front_end_session: payload.sid.as_deref().map(parse_session_id).transpose()?,
        })
    }

    /// Whether a token of these times is let in at the instant `now`.
    #[expect(clippy::cast_precision_loss, reason = "seconds until the year 9999 are exact in an f64")]
    pub(in crate::auth) fn validate_times(&self, times: &TokenTimes, now: DateTime<Utc>) -> Result<(), TokenError> {
        let now = now.timestamp_millis() as f64 / 1000.0;
        let leeway = self.leeway.as_secs_f64();
        if times.expires > MAX_EXPIRY {
            return Err(TokenError::ExpiryOutOfRange);
        }
        if times.expires + leeway <= now {
            return Err(TokenError::Expired(whole_seconds(now - times.expires)));
        }
        if let Some(nbf) = times.not_before.filter(|nbf| *nbf > now + leeway) {
            return Err(TokenError::NotYetValid(whole_seconds(nbf - now)));
        }
        if let Some(iat) = times.issued.filter(|iat| *iat > now + leeway) {
            return Err(TokenError::IssuedInFuture(whole_seconds(iat - now)));
        }
        if times.issued.is_some_and(|iat| iat > times.expires) {
            return Err(TokenError::IssuedAfterExpiry);
        }
        Ok(())
    }

    fn validate_issuer(&self, issuer: Option<&str>) -> Result<(), TokenError> {
        let is_right =
            issuer.map_or(!self.require_iss_and_aud, |issuer| self.issuers.iter().any(|known| known == issuer));
        if is_right {
            return Ok(());
        }
        Err(TokenError::IssuerMismatch {
            found: issuer.map(Quoted::new),
            expected: AllowedValues::new("JWT_ISSUER", &self.issuers),
            hint: issuer.and_then(|issuer| trailing_slash_hint(issuer, &self.issuers)),
        })
    }

    fn validate_audience(&self, audience: Option<&Audience>) -> Result<(), TokenError> {
        let named = match audience {
            None if !self.require_iss_and_aud => return Ok(()),
            None => &[],
            Some(Audience::One(one)) => std::slice::from_ref(one),
            Some(Audience::Many(many)) => many,
        };
        if named.iter().any(|audience| self.audiences.contains(audience)) {
            return Ok(());
        }
        Err(TokenError::AudienceMismatch {
            found: audience.map(|_| Quoted::new(&named.join(", "))),
            expected: AllowedValues::new("JWT_AUDIENCE", &self.audiences),
            hint: named.iter().find_map(|audience| trailing_slash_hint(audience, &self.audiences)),
        })
    }
}

/// 1 to 255 of VCHAR (RFC 5234 B.1), as OpenID Connect Core §2 bounds it: no blank, no NUL, no look-alike.
fn parse_subject(sub: &str) -> Result<UserId, TokenError> {
    if (1..=255).contains(&sub.len()) && sub.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(UserId::from(sub))
    } else {
        Err(TokenError::InvalidSubject)
    }
}

/// None that is so long is ever revoked, and a token that says it ends with a session must.
fn parse_session_id(sid: &str) -> Result<SessionId, TokenError> {
    if (1..=255).contains(&sid.len()) {
        Ok(SessionId::from(sid))
    } else {
        Err(TokenError::InvalidPayload("`sid` must have 1 to 255 octets".to_owned()))
    }
}

/// The commonest difference between two names of one place.
fn trailing_slash_hint(found: &str, allowed: &[String]) -> Option<&'static str> {
    let bare = found.trim_end_matches('/');
    allowed.iter().any(|one| one.trim_end_matches('/') == bare).then_some("they differ by a trailing slash")
}

#[expect(clippy::cast_possible_truncation, reason = "for a message; `as` saturates")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds.round() as i64
}
