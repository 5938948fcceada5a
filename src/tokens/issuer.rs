//! What a client is given when a session is opened or renewed: a pair of tokens (RFC 6749 §5.1).

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{
    TokenHash,
    account::{Profile, RefreshExchange, UserSession},
    session::{Lifetimes, NewSession},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::refresh_token::{Makers, RefreshToken};
use crate::{
    auth::{Grant, Issued},
    config::{Accounts, Secrets},
    http::problem::{Kind, Problem},
};

/// Opens sessions and renews them.
#[derive(Clone)]
pub(crate) struct Sessions {
    issued: Issued,
    makers: Makers,
    lives: Accounts,
    leeway: Duration,
}

/// A pair of tokens, and whose they are.
pub(crate) struct Granted {
    pub(crate) access_token: String,
    /// Seconds until the access token ends.
    pub(crate) expires_in: i64,
    pub(crate) refresh_token: Zeroizing<String>,
    pub(crate) user: Profile,
}

impl Sessions {
    /// None without a secret, of which all is derived.
    pub(crate) fn new(issued: Issued, secrets: &Secrets, lives: Accounts, leeway: Duration) -> Option<Self> {
        Some(Self { issued, makers: Makers::under(secrets)?, lives, leeway })
    }

    /// A session to be opened, and its first refresh token.
    pub(crate) fn opening(
        &self,
        ip_address: String,
        user_agent: String,
        now: DateTime<Utc>,
    ) -> Result<(RefreshToken, NewSession), Problem> {
        let token = self.makers.make().map_err(|error| Problem::new(Kind::Internal).because(error))?;
        let session =
            NewSession { refresh_token: token.hash(), lifetimes: self.lifetimes(now), ip_address, user_agent };
        Ok((token, session))
    }

    /// A refresh token to be replaced; none if it was not made here, or under a secret that is not set any more.
    pub(crate) fn exchange(&self, presented: &RefreshToken, now: DateTime<Utc>) -> Option<RefreshExchange> {
        let successors = self.makers.after(presented)?;
        Some(RefreshExchange { presented: presented.hash(), successors, lifetimes: self.lifetimes(now) })
    }

    /// The pair for a refresh token that was replaced by this one of its successors.
    pub(crate) fn renew(
        &self,
        presented: &RefreshToken,
        (signed_in, by): (UserSession, TokenHash),
        now: DateTime<Utc>,
    ) -> Result<Granted, Problem> {
        let successor = self.makers.stored_as(by, presented);
        let successor = successor.ok_or_else(|| Problem::new(Kind::Internal).because("no such successor"))?;
        self.grant(signed_in, &successor, now)
    }

    /// The pair, for whom the database knows to be signed in. No access token outlives its session.
    pub(crate) fn grant(
        &self,
        signed_in: UserSession,
        refresh_token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<Granted, Problem> {
        let UserSession { session_id: session, expires_at, user } = signed_in;
        let expires = (now + self.lives.access_ttl).min(expires_at);
        let grant = Grant {
            sub: user.id.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            sid: session.to_string(),
            jti: Uuid::new_v4().to_string(),
            iat: now.timestamp(),
            exp: expires.timestamp(),
        };
        let access_token = self.issued.sign(&grant).map_err(|error| Problem::new(Kind::Internal).because(error))?;
        Ok(Granted { access_token, expires_in: grant.exp - grant.iat, refresh_token: refresh_token.reveal(), user })
    }

    fn lifetimes(&self, now: DateTime<Utc>) -> Lifetimes {
        Lifetimes {
            access_token_expires_at: now + self.lives.access_ttl + self.leeway,
            idle_timeout: self.lives.refresh_ttl,
            absolute_timeout: self.lives.session_max_age,
        }
    }
}
