//! Revocations in memory: every token is checked against them, without a database query.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    TokenHash,
    revocation::{Revocation, RevocationTarget, Revoking},
};

use super::{
    claims::{Claims, TokenSession},
    principal::Principal,
};

/// The first half of a SHA-256: 128 bits, which do not collide by chance.
type TruncatedHash = [u8; 16];

/// How long the feed may be silent before the service reports that it is not ready.
const MAX_FEED_SILENCE: Duration = Duration::from_secs(5);

/// The revocations that cover unexpired tokens. All workers share them.
#[derive(Clone, Default)]
pub struct Revocations(Arc<RwLock<RevokedEntries>>);

/// The entries by kind, each with the minute after which it can be removed.
#[derive(Default)]
struct RevokedEntries {
    sessions: HashMap<TruncatedHash, u32>,
    tokens: HashMap<TruncatedHash, u32>,
    users: HashMap<TruncatedHash, Cutoff>,
    all_users: Option<Cutoff>,
    last_feed: Option<Instant>,
    /// Increases when revocations are added.
    version: u64,
}

/// The revocation of tokens that were issued up to an instant.
#[derive(Default)]
struct Cutoff {
    issued_until: DateTime<Utc>,
    expires: u32,
}

impl Revocations {
    /// The longest lifetime that a front end's token is assumed to have.
    pub const MAX_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(3_653);

    /// Applies what the feed delivers, and records that the feed is alive.
    pub(crate) fn apply_feed(&self, revocations: &[Revocation]) {
        self.apply(revocations);
        self.0.write().unwrap_or_else(PoisonError::into_inner).last_feed = Some(Instant::now());
    }

    /// Returns whether the feed is alive. If not, tokens that another replica has revoked may be accepted here.
    pub(crate) fn is_feed_current(&self) -> bool {
        self.feed_age().is_some_and(|age| age < MAX_FEED_SILENCE)
    }

    /// Returns the time since the feed was last known to be alive; `None` before that.
    pub(in crate::auth) fn feed_age(&self) -> Option<Duration> {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        entries.last_feed.map(|last_feed| last_feed.elapsed())
    }

    /// Returns the number of revocations by kind.
    pub(in crate::auth) fn counts(&self) -> [(&'static str, usize); 4] {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        [
            ("session", entries.sessions.len()),
            ("token", entries.tokens.len()),
            ("user", entries.users.len()),
            ("all_users", usize::from(entries.all_users.is_some())),
        ]
    }

    /// Applies the revocations of an operation and returns its outcome.
    pub(crate) fn apply_from<T>(&self, revoking: Revoking<T>) -> T {
        revoking.apply_with(|revocations| self.apply(revocations))
    }

    /// Rejects the tokens that these revocations cover from now on. Duplicates and any order are accepted.
    pub fn apply(&self, revocations: &[Revocation]) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for revocation in revocations {
            if entries.add(revocation) {
                entries.version += 1;
            }
        }
    }

    /// Returns a number that differs if revocations have been added.
    pub(crate) fn version(&self) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).version
    }

    /// Returns whether a verified token is revoked: with its session, with its user's tokens, or alone. The token is hashed
    /// only while single tokens are revoked.
    pub(crate) fn is_revoked(&self, principal: &Principal) -> bool {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (!entries.sessions.is_empty() && entries.session_is_revoked(principal.session()))
            || (!entries.users.is_empty() && entries.is_before_user_cutoff(principal.claims()))
            || entries.all_users.as_ref().is_some_and(|cutoff| cutoff.covers(principal.claims()))
            || (!entries.tokens.is_empty() && entries.tokens.contains_key(&truncate(principal.token_hash())))
    }

    /// Removes the revocations whose tokens have all expired.
    pub fn remove_expired(&self, now: DateTime<Utc>) {
        let now = expiry_minute(now);
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        entries.sessions.retain(|_, expires| *expires >= now);
        entries.tokens.retain(|_, expires| *expires >= now);
        entries.users.retain(|_, cutoff| cutoff.expires >= now);
        entries.all_users.take_if(|cutoff| cutoff.expires < now);
    }
}

impl RevokedEntries {
    /// Returns whether more tokens are revoked, or for longer, than before.
    fn add(&mut self, revocation: &Revocation) -> bool {
        let new_expiry = expiry_minute(revocation.expires_at);
        let mut is_extended = false;
        let expiry = match &revocation.target {
            RevocationTarget::Session(session) => self.sessions.entry(hash_id(session.as_str())).or_default(),
            RevocationTarget::Token(token) => self.tokens.entry(truncate(*token)).or_default(),
            RevocationTarget::User { id, issued_until } => {
                self.users.entry(hash_id(id.as_str())).or_default().extend_to(*issued_until, &mut is_extended)
            }
            RevocationTarget::AllUsers { issued_until } => {
                self.all_users.get_or_insert_default().extend_to(*issued_until, &mut is_extended)
            }
        };
        is_extended |= new_expiry > *expiry;
        *expiry = new_expiry.max(*expiry);
        is_extended
    }

    fn session_is_revoked(&self, session: Option<&TokenSession>) -> bool {
        session.is_some_and(|session| self.sessions.contains_key(&hash_id(session.id().as_str())))
    }

    /// Tokens of the service's own sessions are revoked with their session only.
    fn is_before_user_cutoff(&self, claims: &Claims) -> bool {
        if matches!(claims.session, Some(TokenSession::Own(_))) {
            return false;
        }
        self.users.get(&hash_id(claims.subject.as_str())).is_some_and(|cutoff| cutoff.covers(claims))
    }
}

impl Cutoff {
    /// Returns the expiry, to be extended too.
    fn extend_to(&mut self, issued_until: DateTime<Utc>, is_extended: &mut bool) -> &mut u32 {
        *is_extended = issued_until > self.issued_until;
        self.issued_until = self.issued_until.max(issued_until);
        &mut self.expires
    }

    /// `iat` is in whole seconds, so a token of the second of the revocation counts as issued before it, and so does a token
    /// without `iat`.
    #[expect(clippy::cast_precision_loss, reason = "seconds until the year 9999 are exact in an f64")]
    fn covers(&self, claims: &Claims) -> bool {
        let issued_until = self.issued_until.timestamp_millis() as f64 / 1000.0;
        claims.times.issued.is_none_or(|issued| issued <= issued_until)
    }
}

fn hash_id(id: &str) -> TruncatedHash {
    truncate(TokenHash::new(id))
}

fn truncate(hash: TokenHash) -> TruncatedHash {
    let mut truncated = TruncatedHash::default();
    truncated.copy_from_slice(hash.as_bytes().split_at(16).0);
    truncated
}

/// Returns the number of minutes since 1970, rounded up. `u32` lasts for 8,000 years.
fn expiry_minute(instant: DateTime<Utc>) -> u32 {
    u32::try_from(instant.timestamp() / 60 + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use entity::{SessionId, UserId};

    use super::*;

    #[test]
    fn a_revocation_is_removed_when_it_has_expired() {
        let expires_at = DateTime::from_timestamp(1_800_000_030, 0).unwrap();
        let revocation = |target| Revocation { target, expires_at };
        let revocations = Revocations::default();
        revocations.apply(&[
            revocation(RevocationTarget::Session(SessionId::from("s"))),
            revocation(RevocationTarget::Token(TokenHash::new("t"))),
            revocation(RevocationTarget::User { id: UserId::from("u"), issued_until: expires_at - TimeDelta::days(1) }),
            revocation(RevocationTarget::AllUsers { issued_until: expires_at - TimeDelta::days(1) }),
        ]);
        let counts = |entries: &RevokedEntries| {
            [entries.sessions.len(), entries.tokens.len(), entries.users.len(), entries.all_users.iter().len()]
        };
        for (later, left) in [(-86_400, [1; 4]), (-1, [1; 4]), (0, [1; 4]), (120, [0; 4])] {
            revocations.remove_expired(expires_at + TimeDelta::seconds(later));
            assert_eq!(counts(&revocations.0.read().unwrap()), left, "{later} s after it expired");
        }
    }

    #[test]
    fn the_later_expiry_of_two_revocations_is_kept() {
        let early = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let late = early + TimeDelta::days(1);
        let revocation =
            |expires_at| Revocation { target: RevocationTarget::Session(SessionId::from("s")), expires_at };
        for both in [[revocation(early), revocation(late)], [revocation(late), revocation(early)]] {
            let revocations = Revocations::default();
            revocations.apply(&both);
            revocations.remove_expired(late - TimeDelta::seconds(1));
            assert_eq!(revocations.0.read().unwrap().sessions.len(), 1);
        }
    }
}
