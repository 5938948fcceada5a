//! A session as a plain value.

use chrono::{DateTime, Utc};

use super::session_token::SessionToken;
use crate::SessionId;

/// A row of Better Auth's table `session`, without its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// When the user logged in.
    pub created_at: DateTime<Utc>,
    /// When the session was last refreshed.
    pub updated_at: DateTime<Utc>,
    /// When the session expires unless it is refreshed.
    pub expires_at: DateTime<Utc>,
    /// The client's address at log-in.
    pub ip_address: Option<String>,
    /// The client's user agent at log-in.
    pub user_agent: Option<String>,
}

/// A row of Better Auth's table `session`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionWithToken {
    /// The row without its token.
    pub session: Session,
    /// The token. For a session of the service it is a placeholder, which no client can present.
    pub token: SessionToken,
}
