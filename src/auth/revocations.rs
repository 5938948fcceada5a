//! What was revoked and has not yet expired: looked at for every token, without a read of the database.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    TokenHash,
    revocation::{Revocation, RevocationTarget},
};

use super::validation::Claims;

/// Half of a SHA-256: 128 bits are enough that no two meet.
type TruncatedHash = [u8; 16];

/// How long nothing may be heard before the service says that it is not ready.
const MAX_FEED_SILENCE: Duration = Duration::from_secs(5);

/// What was revoked. All workers look at the same.
#[derive(Clone, Default)]
pub struct Revocations(Arc<RwLock<RevokedEntries>>);

/// Each with the minute at whose end it may be forgotten.
#[derive(Default)]
struct RevokedEntries {
    sessions: HashMap<TruncatedHash, u32>,
    tokens: HashMap<TruncatedHash, u32>,
    users: HashMap<TruncatedHash, UserCutoff>,
    /// When the database was last heard of it.
    last_feed: Option<Instant>,
}

/// The front end's tokens for a user that were issued up to an instant.
#[derive(Default)]
struct UserCutoff {
    issued_until: DateTime<Utc>,
    expires: u32,
}

impl Revocations {
    /// How long a token of the front end's may live at most, for all that is known of it.
    pub const MAX_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(3_653);

    /// Heeds what the database tells, and notes that it was heard.
    pub(crate) fn apply_feed(&self, news: &[Revocation]) {
        self.apply(news);
        self.0.write().unwrap_or_else(PoisonError::into_inner).last_feed = Some(Instant::now());
    }

    /// Whether it was heard lately: else what was revoked elsewhere may be let in here.
    pub(crate) fn is_feed_current(&self) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.last_feed.is_some_and(|heard| heard.elapsed() < MAX_FEED_SILENCE)
    }

    /// Lets in no more what these revoke. One may come twice, and in any order.
    pub fn apply(&self, revocations: &[Revocation]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for revocation in revocations {
            known.add(revocation);
        }
    }

    /// Whether a token that was proven is revoked: with its session, with its user's of that time, or alone.
    pub(in crate::auth) fn is_revoked(&self, claims: &Claims, token: impl FnOnce() -> TokenHash) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let with_its_session = !known.sessions.is_empty() && known.session_is_revoked(claims);
        let with_its_users = !known.users.is_empty() && claims.session.is_none() && known.is_before_user_cutoff(claims);
        with_its_session
            || with_its_users
            || (!known.tokens.is_empty() && known.tokens.contains_key(&truncate(token())))
    }

    /// Forgets what concerns no living token.
    pub fn remove_expired(&self, now: DateTime<Utc>) {
        let now = expiry_minute(now);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.sessions.retain(|_, expires| *expires >= now);
        known.tokens.retain(|_, expires| *expires >= now);
        known.users.retain(|_, until| until.expires >= now);
    }
}

impl RevokedEntries {
    fn add(&mut self, revocation: &Revocation) {
        let expires = expiry_minute(revocation.expires_at);
        let kept = match &revocation.target {
            RevocationTarget::Session(session) => self.sessions.entry(key(session.as_str())).or_default(),
            RevocationTarget::Token(token) => self.tokens.entry(truncate(*token)).or_default(),
            RevocationTarget::User { id, issued_until } => {
                let until = self.users.entry(key(id.as_str())).or_default();
                until.issued_until = until.issued_until.max(*issued_until);
                &mut until.expires
            }
        };
        *kept = expires.max(*kept);
    }

    fn session_is_revoked(&self, claims: &Claims) -> bool {
        claims.any_session().is_some_and(|session| self.sessions.contains_key(&key(session.as_str())))
    }

    /// `iat` is in whole seconds: what was issued within the second of the revocation counts as issued before it. What does
    /// not say when it was issued may have been, too.
    #[expect(clippy::cast_precision_loss, reason = "seconds until the year 9999 are exact in an f64")]
    fn is_before_user_cutoff(&self, claims: &Claims) -> bool {
        let issued_until = |until: &UserCutoff| until.issued_until.timestamp_millis() as f64 / 1000.0;
        let until = self.users.get(&key(claims.subject.as_str()));
        until.is_some_and(|until| claims.times.issued.is_none_or(|issued| issued <= issued_until(until)))
    }
}

fn key(id: &str) -> TruncatedHash {
    truncate(TokenHash::new(id))
}

fn truncate(hash: TokenHash) -> TruncatedHash {
    let mut key = TruncatedHash::default();
    key.copy_from_slice(hash.as_bytes().split_at(16).0);
    key
}

/// Minutes since 1970 until this one is over, enough for 8,000 years.
fn expiry_minute(instant: DateTime<Utc>) -> u32 {
    u32::try_from(instant.timestamp() / 60 + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use entity::{SessionId, UserId};

    use super::*;

    #[test]
    fn each_is_forgotten_when_it_has_expired_and_not_before() {
        let expires_at = DateTime::from_timestamp(1_800_000_030, 0).unwrap();
        let of = |what| Revocation { target: what, expires_at };
        let revocations = Revocations::default();
        revocations.apply(&[
            of(RevocationTarget::Session(SessionId::from("s"))),
            of(RevocationTarget::Token(TokenHash::new("t"))),
            of(RevocationTarget::User { id: UserId::from("u"), issued_until: expires_at - TimeDelta::days(1) }),
        ]);
        let known = |known: &RevokedEntries| (known.sessions.len(), known.tokens.len(), known.users.len());
        for (later, left) in [(-86_400, (1, 1, 1)), (-1, (1, 1, 1)), (0, (1, 1, 1)), (120, (0, 0, 0))] {
            revocations.remove_expired(expires_at + TimeDelta::seconds(later));
            assert_eq!(known(&revocations.0.read().unwrap()), left, "{later} s after it expired");
        }
    }

    #[test]
    fn of_two_that_end_the_same_the_later_is_kept() {
        let early = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let late = early + TimeDelta::days(1);
        let of = |expires_at| Revocation { target: RevocationTarget::Session(SessionId::from("s")), expires_at };
        for both in [[of(early), of(late)], [of(late), of(early)]] {
            let revocations = Revocations::default();
            revocations.apply(&both);
            revocations.remove_expired(late - TimeDelta::seconds(1));
            assert_eq!(revocations.0.read().unwrap().sessions.len(), 1);
        }
    }
}
