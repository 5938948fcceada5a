//! Issues an access token and a refresh token at sign-up, log-in and refresh (RFC 6749 §5.1).

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::{
    SessionId, TokenHash,
    account::{Profile, RefreshExchange, UserSession},
    session::{Lifetimes, NewSession, Session, SessionCredential},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::refresh_token::{RefreshToken, RefreshTokenKeys};
use crate::{
    auth::{AccessTokenClaims, AccessTokens},
    config::{AccountSettings, Secrets},
    http::problem::{Kind, Problem},
};

/// Issues the tokens of the service's own sessions.
#[derive(Clone)]
pub(crate) struct TokenIssuer {
    access_tokens: Arc<AccessTokens>,
    refresh_keys: RefreshTokenKeys,
    settings: AccountSettings,
    leeway: Duration,
}

/// An access token, a refresh token, and their user.
pub(crate) struct IssuedTokens {
    pub(crate) access_token: String,
    /// Seconds until the access token expires.
    pub(crate) expires_in: i64,
    pub(crate) refresh_token: Zeroizing<String>,
    pub(crate) user: Profile,
}

impl TokenIssuer {
    pub(crate) fn new(
        access_tokens: Arc<AccessTokens>,
        secrets: &Secrets,
        settings: AccountSettings,
        leeway: Duration,
    ) -> Self {
        Self { access_tokens, refresh_keys: RefreshTokenKeys::from_secrets(secrets), settings, leeway }
    }

    /// Returns a session to store, and its first refresh token.
    pub(crate) fn new_session(
        &self,
        ip_address: String,
        user_agent: String,
        now: DateTime<Utc>,
    ) -> Result<(RefreshToken, NewSession), Problem> {
        let token = self.refresh_keys.generate().map_err(|error| Problem::new(Kind::Internal).with_cause(error))?;
        let credential = SessionCredential::RefreshToken { hash: token.hash(), lifetimes: self.lifetimes(now) };
        Ok((token, NewSession { credential, ip_address, user_agent }))
    }

    /// Returns the exchange of a refresh token for its successor, or `None` if no configured secret verifies the token.
    pub(crate) fn exchange(&self, presented: &RefreshToken, now: DateTime<Utc>) -> Option<RefreshExchange> {
        let successors = self.refresh_keys.successors(presented)?;
        Some(RefreshExchange { presented: presented.hash(), successors, lifetimes: self.lifetimes(now) })
    }

    /// Issues tokens after the exchange. The hash says which successor was stored.
    pub(crate) fn renew(
        &self,
        presented: &RefreshToken,
        (signed_in, by): (UserSession, TokenHash),
        now: DateTime<Utc>,
    ) -> Result<IssuedTokens, Problem> {
        let successor = self.refresh_keys.find_successor(by, presented);
        let successor = successor.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no such successor"))?;
        self.issue(signed_in, &successor, now)
    }

    /// Issues tokens for a stored session. The access token expires no later than the session.
    pub(crate) fn issue(
        &self,
        signed_in: UserSession,
        refresh_token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<IssuedTokens, Problem> {
        let UserSession { session_id, expires_at, user } = signed_in;
        let (access_token, expires_in) = self.sign((&session_id, expires_at), &user, now)?;
        Ok(IssuedTokens { access_token, expires_in, refresh_token: refresh_token.expose(), user })
    }

    /// Issues an access token of a session. It expires no later than the session.
    pub(crate) fn access_token(
        &self,
        session: &Session,
        user: &Profile,
        now: DateTime<Utc>,
    ) -> Result<String, Problem> {
        self.sign((&session.id, session.expires_at), user, now).map(|(token, _)| token)
    }

    /// Returns an access token, and the seconds until it expires.
    fn sign(
        &self,
        (session, session_expires_at): (&SessionId, DateTime<Utc>),
        user: &Profile,
        now: DateTime<Utc>,
    ) -> Result<(String, i64), Problem> {
        let expires = (now + self.settings.access_ttl).min(session_expires_at);
        let claims = AccessTokenClaims {
            sub: user.id.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            sid: session.to_string(),
            jti: Uuid::new_v4().to_string(),
            iat: now.timestamp(),
            exp: expires.timestamp(),
        };
        let token = self.access_tokens.sign(&claims).map_err(|error| Problem::new(Kind::Internal).with_cause(error))?;
        Ok((token, claims.exp - claims.iat))
    }

    fn lifetimes(&self, now: DateTime<Utc>) -> Lifetimes {
        Lifetimes {
            access_token_expires_at: now + self.settings.access_ttl + self.leeway,
            idle_timeout: self.settings.refresh_ttl,
            absolute_timeout: self.settings.session_max_age,
        }
    }
}
