//! Response bodies of accounts: users, tokens and sessions.

use actix_web::{HttpResponse, http::StatusCode};
use chrono::{DateTime, Utc};
use entity::{SessionId, account::Profile, session};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{auth::Principal, telemetry::SubjectFingerprint, tokens::IssuedTokens};

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    /// The user's id: the `sub` of the token and the `user_id` of tasks.
    #[schema(example = "1ROjFxivGa23YWZeybosvdn5I9rpxCJ6")]
    id: String,
    /// The display name; null if unknown.
    #[schema(required, example = "Ann")]
    name: Option<String>,
    /// The email address; null if unknown.
    #[schema(required, example = "ann@example.com")]
    email: Option<String>,
    /// Whether the email address is verified.
    #[schema(example = true)]
    email_verified: bool,
    /// The URL of the profile image; null if there is none.
    #[schema(required, example = json!(null))]
    image: Option<String>,
    /// The time of sign-up, in UTC; null if the user is known only from the token.
    #[schema(required, example = "2026-11-21T09:30:00.123Z")]
    created_at: Option<DateTime<Utc>>,
    /// The time of the last change, in UTC; null if the user is known only from the token.
    #[schema(required, example = "2026-11-21T09:30:00.123Z")]
    updated_at: Option<DateTime<Utc>>,
    /// The role that the token states, several separated by commas; null if it states none. Not changed before the next token.
    #[schema(required, example = json!(null))]
    role: Option<String>,
    /// The id of the organization that the user had selected when the token was issued; null if the token states none.
    #[schema(required, example = json!(null))]
    active_organization_id: Option<String>,
}

impl User {
    /// Returns the user of the table with what only the token states.
    pub(super) fn new(profile: Profile, caller: &Principal) -> Self {
        Self {
            role: caller.role().map(str::to_owned),
            active_organization_id: caller.active_organization_id().map(str::to_owned),
            ..Self::from(profile)
        }
    }
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
            role: None,
            active_organization_id: None,
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
            role: caller.role().map(str::to_owned),
            active_organization_id: caller.active_organization_id().map(str::to_owned),
        }
    }
}

/// An access token, a refresh token and their user (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(crate) struct TokenResponse {
    /// The access token: send it as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLiJ9...")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    #[schema(example = 86_400)]
    expires_in: i64,
    /// The refresh token: exchange it for new tokens before the session expires.
    #[schema(example = "hXvV0f4s8n0S8sKcW3iVb0mX0cWw0qk8n7rPpH0Yz0o")]
    refresh_token: String,
    /// The user.
    user: User,
}

impl From<IssuedTokens> for TokenResponse {
    fn from(tokens: IssuedTokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token.to_string(),
            user: tokens.user.into(),
        }
    }
}

/// A session of the user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    /// The session's id.
    #[schema(example = "hT3mQ0fXy2nS8sKcW3iVb0mX0cWw0qk8")]
    id: String,
    /// The time of log-in, in UTC.
    created_at: DateTime<Utc>,
    /// The time of the last refresh, in UTC.
    updated_at: DateTime<Utc>,
    /// The time at which the session expires unless it is refreshed, in UTC.
    expires_at: DateTime<Utc>,
    /// The IP address of the log-in; null if unknown.
    #[schema(required, example = "203.0.113.7")]
    ip_address: Option<String>,
    /// The `User-Agent` of the log-in; null if unknown.
    #[schema(required, example = "Mozilla/5.0")]
    user_agent: Option<String>,
    /// Whether the access token of this request belongs to the session.
    #[schema(example = true)]
    current: bool,
}

/// The user's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// The sessions, the most recently used first.
    items: Vec<Session>,
}

impl SessionList {
    pub(super) fn new(sessions: Vec<session::Session>, current: Option<&SessionId>) -> Self {
        Self { items: sessions.into_iter().map(|session| Session::new(session, current)).collect() }
    }
}

impl Session {
    fn new(session: session::Session, current: Option<&SessionId>) -> Self {
        let known = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            current: current == Some(&session.id),
            id: session.id.to_string(),
            created_at: session.created_at,
            updated_at: session.updated_at,
            expires_at: session.expires_at,
            ip_address: known(session.ip_address),
            user_agent: known(session.user_agent),
        }
    }
}

/// Returns the tokens, and the fingerprint of their user for the access log.
pub(super) fn token_response(tokens: IssuedTokens, status: StatusCode) -> HttpResponse {
    let caller = SubjectFingerprint::new(tokens.user.id.as_str());
    let mut answer = HttpResponse::build(status).json(TokenResponse::from(tokens));
    answer.extensions_mut().insert(caller);
    answer
}
