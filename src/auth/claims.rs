//! The claims of a token.

use entity::{SessionId, UserId};

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The user: `sub`, or the claim that `USER_ID_CLAIM` names.
    pub subject: UserId,
    /// The e-mail address.
    pub email: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// Whether the e-mail address is verified, if the token states it.
    pub email_verified: Option<bool>,
    /// The URL of the profile picture.
    pub image: Option<String>,
    /// The roles in the form of Better Auth's admin plugin: separated by commas.
    pub role: Option<String>,
    /// The organization that the user has selected.
    pub active_organization_id: Option<String>,
    /// The OAuth client that the token was issued to. `None` is the front end.
    pub oauth_client: Option<String>,
    /// The times between which the token is valid.
    pub times: TokenTimes,
    /// The session that the token belongs to: `sid` (OpenID Connect Front-Channel Logout 1.0 §3).
    pub session: Option<TokenSession>,
}

/// The times of a token in seconds since 1970 (RFC 7519 §4.1.4 to §4.1.6).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenTimes {
    /// `exp`.
    pub expires: f64,
    /// `nbf`.
    pub not_before: Option<f64>,
    /// `iat`.
    pub issued: Option<f64>,
}

/// The session that a token belongs to, by who opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSession {
    /// A session of this service.
    Own(SessionId),
    /// A session of the front end.
    FrontEnd(SessionId),
}

impl Claims {
    /// Returns the bytes that the texts occupy.
    pub(in crate::auth) fn text_bytes(&self) -> usize {
        let texts = [
            Some(self.subject.as_str()),
            self.email.as_deref(),
            self.name.as_deref(),
            self.image.as_deref(),
            self.role.as_deref(),
            self.active_organization_id.as_deref(),
            self.oauth_client.as_deref(),
            self.session.as_ref().map(|session| session.id().as_str()),
        ];
        texts.into_iter().flatten().map(str::len).sum()
    }
}

impl TokenSession {
    /// Returns the session's id.
    #[must_use]
    pub fn id(&self) -> &SessionId {
        match self {
            Self::Own(id) | Self::FrontEnd(id) => id,
        }
    }
}
