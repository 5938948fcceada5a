//! What is answered, as JSON: a user, a pair of tokens, sessions.

use actix_web::{HttpResponse, http::StatusCode};
use chrono::{DateTime, Utc};
use entity::{SessionId, account::Profile, session};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{auth::Principal, telemetry::SubjectFingerprint, tokens::IssuedTokens};

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

/// A pair of tokens, and whose they are (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(crate) struct TokenResponse {
    /// What to send as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLiJ9...")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token ends.
    #[schema(example = 86_400)]
    expires_in: i64,
    /// What the next pair is had for.
    #[schema(example = "hXvV0f4s8n0S8sKcW3iVb0mX0cWw0qk8n7rPpH0Yz0o")]
    refresh_token: String,
    /// Who is signed in.
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

/// One of the caller's sessions, whoever opened it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    /// Its id.
    #[schema(example = "hT3mQ0fXy2nS8sKcW3iVb0mX0cWw0qk8")]
    id: String,
    /// When it was opened, in UTC.
    created_at: DateTime<Utc>,
    /// When it was last renewed, in UTC.
    updated_at: DateTime<Utc>,
    /// When it ends unless it is renewed, in UTC.
    expires_at: DateTime<Utc>,
    /// From where it was opened, if that is known.
    #[schema(required, example = "203.0.113.7")]
    ip_address: Option<String>,
    /// With what it was opened, as that says; if it is known.
    #[schema(required, example = "Mozilla/5.0")]
    user_agent: Option<String>,
    /// Whether it is the one that the presented token ends with.
    #[schema(example = true)]
    current: bool,
}

/// The caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// The sessions, the last used first.
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

/// The pair of tokens; the log is told whose.
pub(super) fn token_response(tokens: IssuedTokens, status: StatusCode) -> HttpResponse {
    let caller = SubjectFingerprint::new(tokens.user.id.as_str());
    let mut answer = HttpResponse::build(status).json(TokenResponse::from(tokens));
    answer.extensions_mut().insert(caller);
    answer
}
