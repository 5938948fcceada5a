//! Access to accounts before a client is authenticated.

use chrono::{DateTime, Utc};

use super::profile::Profile;
use crate::{Db, SessionId};

/// Sign-up, log-in and refresh. Nothing that it returns is scoped to an owner.
#[derive(Clone)]
pub struct AccountStore {
    pub(super) db: Db,
}

impl AccountStore {
    /// Opens the accounts of `db`.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self { db: db.with_all_rows() }
    }
}

/// A session that was created or refreshed, with its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSession {
    /// The session's id.
    pub session_id: SessionId,
    /// When the session expires unless it is refreshed.
    pub expires_at: DateTime<Utc>,
    /// The user.
    pub user: Profile,
}
