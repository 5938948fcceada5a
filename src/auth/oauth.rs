//! Access tokens of an OAuth authorization server (RFC 9068), as Better Auth's oauth-provider plugin issues them.

use chrono::{DateTime, Utc};

use super::{
    claims::{Claims, TokenSession},
    error::TokenError,
    raw_claims::RawClaims,
    validation::Validation,
};
use crate::jose::{Quoted, UnverifiedToken};

/// The media type of access tokens (RFC 9068 §4), this service's own included.
const ACCESS_TOKEN_TYPES: [&str; 2] = ["at+jwt", "application/at+jwt"];

/// What an access token must have: `OAUTH_AUDIENCE` in `aud`, every scope of `OAUTH_SCOPE`, and a user.
#[derive(Debug, Clone)]
pub struct OAuthValidation {
    /// The requirements that other tokens have too.
    pub validation: Validation,
    /// The scopes that a token must have, all of them.
    pub scopes: Vec<String>,
}

impl OAuthValidation {
    /// Validates `claims`, which are those of `payload`.
    pub(in crate::auth) fn validate_claims(
        &self,
        claims: RawClaims,
        payload: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Claims, TokenError> {
        if claims.is_sender_constrained {
            return Err(TokenError::SenderConstrained);
        }
        if is_for_client(&claims) {
            return Err(TokenError::NoUser);
        }
        self.validate_scope(claims.scope.as_deref())?;
        let client = claims.client_id.clone().or_else(|| claims.azp.clone());
        let oauth_client = client.ok_or_else(|| TokenError::InvalidPayload("missing field `client_id`".into()))?;
        let claims = self.validation.validate_claims(claims, payload, now, TokenSession::FrontEnd)?;
        Ok(Claims { oauth_client: Some(oauth_client), ..claims })
    }

    fn validate_scope(&self, scope: Option<&str>) -> Result<(), TokenError> {
        let has = |required: &String| scope.is_some_and(|scope| scope.split(' ').any(|one| one == required));
        if self.scopes.iter().all(has) {
            return Ok(());
        }
        Err(TokenError::InsufficientScope { found: scope.map(Quoted::new), expected: self.scopes.join(" ") })
    }
}

/// Returns whether the token has the media type of access tokens.
pub(in crate::auth) fn is_access_token(token: &UnverifiedToken<'_>) -> bool {
    token.media_type().is_some_and(|typ| ACCESS_TOKEN_TYPES.iter().any(|one| typ.eq_ignore_ascii_case(one)))
}

/// Returns whether these are claims of an access token. Versions of the plugin before 1.7 set no media type.
pub(in crate::auth) fn has_access_token_claims(claims: &RawClaims) -> bool {
    claims.scope.is_some() && (claims.client_id.is_some() || claims.azp.is_some())
}

/// Returns whether the client is the subject, as with the grant type `client_credentials` (RFC 9068 §2.2).
fn is_for_client(claims: &RawClaims) -> bool {
    let sub = claims.sub.as_ref();
    sub.is_some() && (sub == claims.client_id.as_ref() || sub == claims.azp.as_ref())
}
