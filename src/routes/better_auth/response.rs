//! Response bodies of Better Auth's client.

use chrono::{DateTime, Utc};
use entity::{
    UserId,
    account::{LinkedAccount, Profile},
    session::SessionWithToken,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A user as Better Auth describes them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthUser)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    name: String,
    email: String,
    email_verified: bool,
    #[schema(required)]
    image: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    id: String,
}

impl From<Profile> for User {
    fn from(profile: Profile) -> Self {
        Self {
            id: profile.id.to_string(),
            name: profile.name,
            email: profile.email,
            email_verified: profile.email_verified,
            image: profile.image,
            created_at: profile.created_at,
            updated_at: profile.updated_at,
        }
    }
}

/// A session as Better Auth describes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthSession)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    expires_at: DateTime<Utc>,
    token: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[schema(required)]
    ip_address: Option<String>,
    #[schema(required)]
    user_agent: Option<String>,
    user_id: String,
    id: String,
}

impl Session {
    pub(super) fn new(SessionWithToken { session, token }: SessionWithToken, user: &UserId) -> Self {
        Self {
            expires_at: session.expires_at,
            token: token.expose().to_owned(),
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: session.ip_address,
            user_agent: session.user_agent,
            user_id: user.to_string(),
            id: session.id.to_string(),
        }
    }
}

/// A new account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthSignedUp)]
pub(super) struct SignedUp {
    /// The session token; null if the email address has to be verified first.
    #[schema(required)]
    pub(super) token: Option<String>,
    pub(super) user: User,
}

/// A new session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthSignedIn)]
pub(super) struct SignedIn {
    /// Whether the client navigates to `url`.
    pub(super) redirect: bool,
    pub(super) token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) url: Option<String>,
    pub(super) user: User,
}

/// The session and its user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthSessionAndUser)]
pub(super) struct SessionAndUser {
    pub(super) session: Session,
    pub(super) user: User,
}

/// A way to sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthAccount)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    #[serde(rename = "accountId")]
    provider_account_id: String,
    provider_id: String,
    user_id: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    id: String,
    scopes: Vec<String>,
}

impl Account {
    pub(super) fn new(account: LinkedAccount, user: &UserId) -> Self {
        let scopes = account.scope.as_deref().unwrap_or_default().split(',').filter(|scope| !scope.is_empty());
        Self {
            scopes: scopes.map(str::to_owned).collect(),
            provider_account_id: account.account_id,
            provider_id: account.provider_id,
            user_id: user.to_string(),
            created_at: account.created_at,
            updated_at: account.updated_at,
            id: account.id,
        }
    }
}

/// An operation that succeeded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthStatus)]
pub(super) struct Status {
    pub(super) status: bool,
}

impl Status {
    pub(super) const OK: Self = Self { status: true };
}

/// A request for a password reset that was accepted, whether the address has an account or not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthPasswordResetRequested)]
pub(super) struct PasswordResetRequested {
    status: bool,
    message: &'static str,
}

impl PasswordResetRequested {
    pub(super) const NEW: Self =
        Self { status: true, message: "If this email exists in our system, check your email for the reset link" };
}

/// A verified or changed email address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthVerifiedEmail)]
pub(super) struct VerifiedEmail {
    status: bool,
    /// The user with their new address; null if the address has not changed.
    #[schema(required)]
    user: Option<User>,
}

impl VerifiedEmail {
    pub(super) fn new(user: Option<User>) -> Self {
        Self { status: true, user }
    }
}

/// A sign-out or a deletion that succeeded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthSuccess)]
pub(super) struct Success {
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "User deleted")]
    pub(super) message: Option<&'static str>,
}

/// The changed user, and the token of their new session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthPasswordChanged)]
pub(super) struct PasswordChanged {
    /// The token of the new session; null unless the other sessions were ended.
    #[schema(required)]
    pub(super) token: Option<String>,
    pub(super) user: User,
}
