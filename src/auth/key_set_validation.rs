//! Validation of tokens under a key of the key set: those of the front end, and access tokens of its OAuth clients.

use chrono::{DateTime, Utc};

use super::{
    claims::{Claims, TokenSession},
    error::TokenError,
    oauth::{OAuthValidation, has_access_token_claims, is_access_token},
    raw_claims::RawClaims,
    validation::Validation,
};
use crate::jose::UnverifiedToken;

/// What tokens of Better Auth's jwt plugin and of its oauth-provider plugin must have.
#[derive(Debug, Clone)]
pub struct KeySetValidation {
    /// The requirements for tokens of the jwt plugin.
    pub front_end: Validation,
    /// The requirements for access tokens of the oauth-provider plugin. `None` rejects them.
    pub oauth: Option<OAuthValidation>,
}

impl KeySetValidation {
    /// Returns whether the token is of a type that is accepted.
    pub(in crate::auth) fn is_applicable(&self, token: &UnverifiedToken<'_>) -> bool {
        token.is_generic_jwt() || (self.oauth.is_some() && is_access_token(token))
    }

    /// Validates the payload of a genuine token. An OAuth client must not use its token with the rights of the front end.
    pub(in crate::auth) fn validate(
        &self,
        token: &UnverifiedToken<'_>,
        payload: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Claims, TokenError> {
        let claims = RawClaims::parse(payload)?;
        if is_access_token(token) || has_access_token_claims(&claims) {
            self.oauth.as_ref().ok_or(TokenError::OAuthDisabled)?.validate_claims(claims, payload, now)
        } else {
            self.front_end.validate_claims(claims, payload, now, TokenSession::FrontEnd)
        }
    }

    /// Describes the accepted values of `typ`.
    pub(in crate::auth) fn media_types(&self) -> &'static str {
        if self.oauth.is_some() { "`JWT`, `at+jwt` or none" } else { "`JWT` or none" }
    }
}
