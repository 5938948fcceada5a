//! Validation of a token's times, issuer and audience.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::SessionId;

use super::{
    claims::{Audience, Claims, RawClaims, TokenSession, TokenTimes},
    error::{AllowedValues, TokenError},
};
use crate::jose::Quoted;

/// The last second of the year 9999.
const MAX_EXPIRY: f64 = 253_402_300_799.0;

/// What a verifier requires of the claims.
#[derive(Debug, Clone)]
pub struct Validation {
    /// The clock skew that is tolerated.
    pub leeway: Duration,
    /// The accepted values of `iss`.
    pub issuers: Vec<String>,
    /// The accepted values of `aud`.
    pub audiences: Vec<String>,
    /// Whether a token must have both claims. If not, they are checked when they are present.
    pub require_iss_and_aud: bool,
}

impl Validation {
    /// Parses and validates the payload of a token whose signature has been verified. `session` is the kind of session
    /// that `sid` names.
    pub(in crate::auth) fn validate(
        &self,
        payload: &[u8],
        now: DateTime<Utc>,
        session: impl FnOnce(SessionId) -> TokenSession,
    ) -> Result<Claims, TokenError> {
        let claims = RawClaims::parse(payload)?;
        self.validate_times(&claims.times(), now)?;
        self.validate_issuer(claims.iss.as_deref())?;
        self.validate_audience(claims.aud.as_ref())?;
        claims.into_claims(session)
    }

    /// Checks that a token is valid at the instant `now`.
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
        let is_accepted =
            issuer.map_or(!self.require_iss_and_aud, |issuer| self.issuers.iter().any(|one| one == issuer));
        if is_accepted {
            return Ok(());
        }
        Err(TokenError::IssuerMismatch {
            found: issuer.map(Quoted::new),
            expected: AllowedValues::new("JWT_ISSUER", &self.issuers),
            hint: issuer.and_then(|issuer| trailing_slash_hint(issuer, &self.issuers)),
        })
    }

    fn validate_audience(&self, audience: Option<&Audience>) -> Result<(), TokenError> {
        let values = match audience {
            None if !self.require_iss_and_aud => return Ok(()),
            None => &[],
            Some(audience) => audience.values(),
        };
        if values.iter().any(|value| self.audiences.contains(value)) {
            return Ok(());
        }
        Err(TokenError::AudienceMismatch {
            found: audience.map(|_| Quoted::new(&values.join(", "))),
            expected: AllowedValues::new("JWT_AUDIENCE", &self.audiences),
            hint: values.iter().find_map(|value| trailing_slash_hint(value, &self.audiences)),
        })
    }
}

/// Detects the most common difference between two spellings of one origin.
fn trailing_slash_hint(found: &str, allowed: &[String]) -> Option<&'static str> {
    let bare = found.trim_end_matches('/');
    allowed.iter().any(|one| one.trim_end_matches('/') == bare).then_some("they differ by a trailing slash")
}

#[expect(clippy::cast_possible_truncation, reason = "for a message; `as` saturates")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds.round() as i64
}
