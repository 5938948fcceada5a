//! The claims as the payload has them.

use entity::{SessionId, UserId};
use serde::Deserialize;

use super::{
    claims::{Claims, TokenSession, TokenTimes},
    error::TokenError,
};
use crate::jose::json::{is_present, lenient, non_null, parse_object, truncated};

/// Longest user id and `sid` in bytes.
const MAX_ID_BYTES: usize = 255;

/// The claims as the payload has them. Duplicate members, wrong types and `null` are rejected, except that `email` and
/// `name` may be `null` and that further profile data may have any type.
#[derive(Deserialize)]
pub(super) struct RawClaims {
    #[serde(default, deserialize_with = "non_null")]
    pub(super) sub: Option<String>,
    exp: f64,
    #[serde(default, deserialize_with = "non_null")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "non_null")]
    iat: Option<f64>,
    #[serde(default, deserialize_with = "non_null")]
    pub(super) iss: Option<String>,
    #[serde(default, deserialize_with = "non_null")]
    pub(super) aud: Option<OneOrMany>,
    #[serde(default, deserialize_with = "non_null")]
    sid: Option<String>,
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
    #[serde(default, deserialize_with = "lenient")]
    role: Option<OneOrMany>,
    #[serde(default, deserialize_with = "lenient")]
    roles: Option<OneOrMany>,
    #[serde(default, rename = "activeOrganizationId", deserialize_with = "lenient")]
    better_auth_active_organization_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    active_organization_id: Option<String>,
    #[serde(default, rename = "organizationId", deserialize_with = "lenient")]
    organization_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    org_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) scope: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) client_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) azp: Option<String>,
    #[serde(default, rename = "cnf", deserialize_with = "is_present")]
    pub(super) is_sender_constrained: bool,
}

/// A string or a list of strings, as `aud` is (RFC 7519 §4.1.3).
#[derive(Deserialize)]
#[serde(untagged, expecting = "a string or an array of strings")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl RawClaims {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        parse_object(payload).map_err(|error| TokenError::InvalidPayload(truncated(&error)))
    }

    pub(super) fn times(&self) -> TokenTimes {
        TokenTimes { expires: self.exp, not_before: self.nbf, issued: self.iat }
    }

    /// Converts the claims. `session` is the kind of session that `sid` names.
    pub(super) fn into_claims(
        self,
        user_id: &str,
        session: impl FnOnce(SessionId) -> TokenSession,
    ) -> Result<Claims, TokenError> {
        let role = self.role.or(self.roles).map(OneOrMany::into_comma_separated);
        let organization = self.better_auth_active_organization_id.or(self.active_organization_id);
        Ok(Claims {
            times: TokenTimes { expires: self.exp, not_before: self.nbf, issued: self.iat },
            subject: parse_user_id(user_id)?,
            email: self.email,
            name: self.name,
            email_verified: self.better_auth_email_verified.or(self.email_verified),
            image: self.image,
            role: role.filter(|role| !role.is_empty()),
            active_organization_id: organization.or(self.organization_id).or(self.org_id).filter(|id| !id.is_empty()),
            oauth_client: None,
            session: self.sid.as_deref().map(parse_session_id).transpose()?.map(session),
        })
    }
}

impl OneOrMany {
    pub(super) fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    fn into_comma_separated(self) -> String {
        match self {
            Self::One(value) => value,
            Self::Many(values) => values.join(","),
        }
    }
}

/// Accepts 1 to 255 visible ASCII characters (OpenID Connect Core §2), so that no two subjects look alike.
fn parse_user_id(id: &str) -> Result<UserId, TokenError> {
    if (1..=MAX_ID_BYTES).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(UserId::from(id))
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
