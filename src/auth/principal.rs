//! The authenticated caller. Only this room makes one.

use entity::{Owner, UserId};

use super::claims::Claims;

/// A caller whose token was proven.
///
/// ```compile_fail,E0624
/// taskbridge::auth::Principal::of(todo!()); // only `auth` makes one, from proven claims
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
    pub(in crate::auth) fn of(claims: Claims) -> Self {
        Self { claims }
    }

    /// Who it is.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.claims.subject
    }

    /// The caller as an owner of rows.
    #[expect(clippy::disallowed_methods, reason = "the one place that may: the token was proven")]
    pub(in crate::auth) fn owner(&self) -> Owner {
        Owner::vouch(self.claims.subject.clone())
    }
}
