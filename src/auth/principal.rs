//! The authenticated caller. Only this room makes one.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use entity::{Owner, SessionId, UserId};

use super::validation::Claims;
use crate::http::problem::{Kind, Problem};

/// A caller whose token was proven; as an extractor it tells a handler what the token says of them.
///
/// ```compile_fail,E0624
/// taskbridge::auth::Principal::of(todo!()); // only `auth` makes one, from proven claims
/// ```
///
/// ```compile_fail,E0624
/// fn owner(caller: &taskbridge::auth::Principal) {
///     caller.owner(); // nor does it lead to anybody's rows elsewhere: `Scoped` does
/// }
/// ```
///
/// ```
/// fn greet(caller: &taskbridge::auth::Principal) -> String {
///     caller.user_id().to_string()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Principal {
    claims: Claims,
}

impl Principal {
    pub(in crate::auth) fn new(claims: Claims) -> Self {
        Self { claims }
    }

    /// Who it is.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.claims.subject
    }

    /// Their name, if the token has it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.claims.name.as_deref()
    }

    /// Their e-mail address, if the token has it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.email.as_deref()
    }

    /// Whether the token says that the address is known to be theirs.
    #[must_use]
    pub fn email_verified(&self) -> bool {
        self.claims.email_verified.unwrap_or(false)
    }

    /// Where their picture is, if the token has it.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        self.claims.image.as_deref()
    }

    /// The session that the token ends with, if it is one of our own.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        self.claims.session.as_ref()
    }

    /// The session that the token ends with, ours or the front end's, if it names one.
    #[must_use]
    pub fn any_session(&self) -> Option<&SessionId> {
        self.claims.any_session()
    }

    /// When the token ends.
    #[expect(clippy::cast_possible_truncation, reason = "no token is let in that ends after the year 9999")]
    pub(in crate::auth) fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.claims.times.expires.ceil() as i64, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The caller as an owner of rows.
    #[expect(clippy::disallowed_methods, reason = "the one place that may: the token was proven")]
    pub(in crate::auth) fn owner(&self) -> Owner {
        Owner::from_verified(self.claims.subject.clone())
    }
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Problem::new(Kind::Unauthorized)))
    }
}
