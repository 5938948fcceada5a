//! Sessions of Better Auth's client: how long they live, and when they are extended.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use entity::{
    StoreError,
    session::{NewSession, Session, SessionCredential, SessionToken},
};

use crate::{auth::Lifetime, routes::accounts::AnonymousClient};

/// How long a session lives after it was created or extended.
const EXPIRES_IN: TimeDelta = TimeDelta::days(7);

/// How long a session lives that ends with the browser's.
const NOT_REMEMBERED_EXPIRES_IN: TimeDelta = TimeDelta::days(1);

/// A session is extended at most once in this time.
const UPDATE_AGE: TimeDelta = TimeDelta::days(1);

/// How long after the sign-in a session may be used for what needs a fresh one.
const FRESH_AGE: TimeDelta = TimeDelta::days(1);

/// A session to create, and what its client receives.
pub(super) struct SessionRequest {
    pub(super) new: NewSession,
    pub(super) token: SessionToken,
    pub(super) lifetime: Lifetime,
}

impl SessionRequest {
    pub(super) fn new(
        client: &AnonymousClient,
        remember_me: Option<bool>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let (lifetime, expires_in) = match remember_me {
            Some(false) => (Lifetime::BrowserSession, NOT_REMEMBERED_EXPIRES_IN),
            _ => (Lifetime::Remembered, EXPIRES_IN),
        };
        let token = SessionToken::generate()?;
        let expires_at = (now + expires_in).trunc_subsecs(3);
        let new = NewSession {
            credential: SessionCredential::SessionToken { token: token.clone(), expires_at },
            ip_address: client.address.to_string(),
            user_agent: client.user_agent.clone(),
        };
        Ok(Self { new, token, lifetime })
    }
}

/// Returns the expiry to which a session that is used at `now` is to be extended, if it is.
pub(super) fn extended_expiry(session: &Session, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (session.expires_at - EXPIRES_IN + UPDATE_AGE <= now).then(|| (now + EXPIRES_IN).trunc_subsecs(3))
}

/// Returns whether the sign-in is recent enough for what needs a fresh session.
pub(super) fn is_fresh(session: &Session, now: DateTime<Utc>) -> bool {
    now - session.created_at < FRESH_AGE
}
