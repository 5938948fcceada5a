//! A user as JSON.

use chrono::{DateTime, Utc};
use entity::account::Profile;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Principal;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    /// Their id: the `sub` of the token, and the `user_id` of their tasks.
    #[schema(example = "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6")]
    id: String,
    /// What they are called; null if nothing tells.
    #[schema(required, example = "Ann")]
    name: Option<String>,
    /// Their e-mail address; null if nothing tells.
    #[schema(required, example = "ann@example.com")]
    email: Option<String>,
    /// Whether the address is known to be theirs.
    #[schema(example = true)]
    email_verified: bool,
    /// Where their picture is.
    #[schema(required, example = json!(null))]
    image: Option<String>,
    /// When they signed up, in UTC; null for a user who is known by the token alone.
    #[schema(required, example = "2026-11-21T09:30:00.123Z")]
    created_at: Option<DateTime<Utc>>,
    /// When any of this was last changed, in UTC; null for a user who is known by the token alone.
    #[schema(required, example = "2026-11-21T09:30:00.123Z")]
    updated_at: Option<DateTime<Utc>>,
}

impl From<Profile> for User {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id.to_string(),
            name: Some(profile.name),
            email: Some(profile.email),
            email_verified: profile.email_verified,
            image: profile.image,
            created_at: Some(profile.created_at),
            updated_at: Some(profile.updated_at),
        }
    }
}

impl From<&Principal> for User {
    fn from(caller: &Principal) -> Self {
        Self {
            id: caller.user_id().to_string(),
            name: caller.name().map(str::to_owned),
            email: caller.email().map(str::to_owned),
            email_verified: caller.email_verified(),
            image: caller.image().map(str::to_owned),
            created_at: None,
            updated_at: None,
        }
    }
}
