//! A user as a plain value.

use chrono::{DateTime, Utc};

use crate::UserId;

/// A row of Better Auth's table `user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The user's id.
    pub id: UserId,
    /// The display name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Whether the user has verified the email address.
    pub email_verified: bool,
    /// The URL of a picture.
    pub image: Option<String>,
    /// When the user signed up.
    pub created_at: DateTime<Utc>,
    /// When the row was last changed.
    pub updated_at: DateTime<Utc>,
}
