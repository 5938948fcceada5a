//! The token of a session whose client holds it, as Better Auth's clients do.

use std::fmt;

use zeroize::Zeroizing;

use crate::{StoreError, better_auth::new_id};

/// A session token in the form of Better Auth: 32 letters and digits, stored in clear. Zeroized on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    /// Generates a random token of 190 bits.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if the system provides no random numbers.
    pub fn generate() -> Result<Self, StoreError> {
        new_id().map(|id| Self(Zeroizing::new(id)))
    }

    /// Returns the token as the client has it, without its signature.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SessionToken {
    fn from(token: String) -> Self {
        Self(Zeroizing::new(token))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(***)")
    }
}
