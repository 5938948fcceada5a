//! Validation of a token's times, issuer, audience and user.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::SessionId;

use super::{
    allowed_values::AllowedValues,
    claims::{Claims, TokenSession, TokenTimes},
    error::TokenError,
    raw_claims::{OneOrMany, RawClaims},
    user_id_claim::UserIdClaim,
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
    pub issuers: AllowedValues,
    /// The accepted values of `aud`.
    pub audiences: AllowedValues,
    /// Whether a token must have both claims. If not, they are checked when they are present.
    pub require_iss_and_aud: bool,
    /// The claim with the user's id.
    pub user_id_claim: UserIdClaim,
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
        self.validate_claims(RawClaims::parse(payload)?, payload, now, session)
    }

    /// Validates `claims`, which are those of `payload`.
    pub(in crate::auth) fn validate_claims(
        &self,
        claims: RawClaims,
        payload: &[u8],
        now: DateTime<Utc>,
        session: impl FnOnce(SessionId) -> TokenSession,
    ) -> Result<Claims, TokenError> {
        let user_id = self.user_id_claim.read(payload, &claims)?;
        self.validate_times(&claims.times(), now)?;
        self.validate_issuer(claims.iss.as_deref())?;
        self.validate_audience(claims.aud.as_ref())?;
        claims.into_claims(&user_id, session)
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
        if issuer.map_or(!self.require_iss_and_aud, |issuer| self.issuers.contains(issuer)) {
            return Ok(());
        }
        Err(TokenError::IssuerMismatch {
            found: issuer.map(Quoted::new),
            expected: self.issuers.clone(),
            hint: issuer.and_then(|issuer| self.issuers.trailing_slash_hint(issuer)),
        })
    }

    fn validate_audience(&self, audience: Option<&OneOrMany>) -> Result<(), TokenError> {
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
            expected: self.audiences.clone(),
            hint: values.iter().find_map(|value| self.audiences.trailing_slash_hint(value)),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "for a message; `as` saturates")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds.round() as i64
}
