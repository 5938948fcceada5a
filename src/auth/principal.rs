//! The authenticated user of a request. Only this module constructs one.

use std::{
    fmt,
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{Owner, TokenHash, UserId};

use super::claims::{Claims, TokenSession};
use crate::http::problem::{Kind, Problem};

/// How long after `exp` a revocation is kept: more than the largest `TOKEN_LEEWAY`.
const REVOCATION_MARGIN: TimeDelta = TimeDelta::minutes(2);

/// An authenticated user and the token that proves it. As an extractor it gives a handler the token's claims.
///
/// ```compile_fail,E0624
/// taskbridge::auth::Principal::new(todo!(), todo!()); // only `auth` constructs one, from verified claims
/// ```
///
/// ```compile_fail,E0624
/// fn owner(principal: &taskbridge::auth::Principal) {
///     principal.owner(); // only `Scoped` gives access to rows
/// }
/// ```
///
/// ```
/// fn greet(principal: &taskbridge::auth::Principal) -> String {
///     principal.user_id().to_string()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Principal {
    claims: Claims,
    token: SignedPart,
}

/// The signed part of a token, which a revocation identifies the token by. It is hashed on demand only.
#[derive(Clone)]
struct SignedPart(Arc<str>);

impl Principal {
    pub(in crate::auth) fn new(claims: Claims, signed_part: &str) -> Self {
        Self { claims, token: SignedPart(signed_part.into()) }
    }

    /// Returns the claims of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Returns the user's id.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.claims.subject
    }

    /// Returns the display name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.claims.name.as_deref()
    }

    /// Returns the e-mail address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.email.as_deref()
    }

    /// Returns whether the token states that the e-mail address is verified.
    #[must_use]
    pub fn email_verified(&self) -> bool {
        self.claims.email_verified.unwrap_or(false)
    }

    /// Returns the URL of the profile picture.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        self.claims.image.as_deref()
    }

    /// Returns the roles that the token states, separated by commas. They are as old as the token.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.claims.role.as_deref()
    }

    /// Returns whether the token states this role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.role().is_some_and(|roles| roles.split(',').any(|one| one.trim() == role))
    }

    /// Returns the organization that the user had selected when the token was issued.
    #[must_use]
    pub fn active_organization_id(&self) -> Option<&str> {
        self.claims.active_organization_id.as_deref()
    }

    /// Returns the OAuth client that the token was issued to. `None` is the front end.
    #[must_use]
    pub fn oauth_client(&self) -> Option<&str> {
        self.claims.oauth_client.as_deref()
    }

    /// Returns the session that the token belongs to.
    #[must_use]
    pub fn session(&self) -> Option<&TokenSession> {
        self.claims.session.as_ref()
    }

    /// Returns the hash that a revocation of the token has.
    pub(crate) fn token_hash(&self) -> TokenHash {
        TokenHash::new(&self.token.0)
    }

    /// Returns until when a revocation of the token must be kept.
    #[expect(clippy::cast_possible_truncation, reason = "no accepted token expires after the year 9999")]
    pub(crate) fn revocation_expires_at(&self) -> DateTime<Utc> {
        let expires = DateTime::from_timestamp(self.claims.times.expires.ceil() as i64, 0);
        expires.unwrap_or(DateTime::<Utc>::MAX_UTC) + REVOCATION_MARGIN
    }

    /// Returns whether the token has expired, without the leeway of its verification.
    #[expect(clippy::cast_precision_loss, reason = "seconds until the year 9999 are exact in an f64")]
    pub(crate) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.claims.times.expires <= now.timestamp_millis() as f64 / 1000.0
    }

    /// Returns the user as an owner of rows.
    #[expect(clippy::disallowed_methods, reason = "the only place that may: the token has been verified")]
    pub(in crate::auth) fn owner(&self) -> Owner {
        Owner::from_verified(self.claims.subject.clone())
    }
}

impl fmt::Debug for SignedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let principal = request.extensions().get::<Self>().cloned();
        ready(principal.ok_or_else(|| Problem::new(Kind::Unauthorized)))
    }
}
