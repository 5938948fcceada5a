//! Refresh tokens: rotation, repeated responses, reuse detection and expiry.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    TokenHash,
    account::{RefreshOutcome, UserSession},
};
use futures_util::{FutureExt, future::join_all};

use crate::support::{
    Backend, Store,
    store::{ABSOLUTE_TIMEOUT, ACCESS_TOKEN_TTL, BACKENDS, IDLE_TIMEOUT, exchange, now, revoked_sessions},
};

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

#[track_caller]
fn refreshed(outcome: RefreshOutcome) -> UserSession {
    match outcome {
        RefreshOutcome::Refreshed(signed_in, _) => signed_in,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn reused(outcome: RefreshOutcome) -> Vec<String> {
    match outcome {
        RefreshOutcome::Reused { revocations: revoked, .. } => revoked_sessions(&revoked),
        other => panic!("{other:?}"),
    }
}

impl Store {
    /// The hashes of the refresh tokens that were not rotated.
    async fn active_tokens(&self) -> Vec<String> {
        self.sql().await.column("select hash from refresh_token where replaced_at is null order by hash").await
    }
}

#[actix_web::test]
async fn a_refresh_rotates_the_token_and_extends_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let later = now() + seconds(3600);
        let again = refreshed(store.refreshes("ann 1", later).await);
        assert_eq!((&again.session_id, &again.user), (&ann.session_id, &ann.user));
        assert_eq!(again.expires_at, later + IDLE_TIMEOUT);
        assert_eq!(store.active_tokens().await, [TokenHash::new("ann 1'").to_string()]);
        let listed = store.sessions(&ann).list(later).await.unwrap();
        assert_eq!((listed[0].updated_at, listed[0].expires_at), (later, later + IDLE_TIMEOUT));
        assert_eq!(listed[0].created_at, ann.user.created_at);
    }
}

#[actix_web::test]
async fn concurrent_refreshes_share_one_successor() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let now = now();
        let outcomes = join_all((0..20).map(|_| store.refreshes("ann 1", now))).await;
        for outcome in outcomes {
            assert_eq!(refreshed(outcome).session_id, ann.session_id);
        }
        assert_eq!(store.active_tokens().await, [TokenHash::new("ann 1'").to_string()]);
        assert_eq!(store.count("refresh_token").await, 2);
        refreshed(store.refreshes("ann 1'", now).await);
    }
}

#[actix_web::test]
async fn a_refresh_can_be_repeated_for_10_seconds() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let begun = now();
        let first = refreshed(store.refreshes("ann 1", begun).await);
        for late in [0, 1, 10] {
            assert_eq!(refreshed(store.refreshes("ann 1", begun + seconds(late)).await), first);
        }
        let revoked = reused(store.refreshes("ann 1", begun + TimeDelta::milliseconds(10_001)).await);
        assert_eq!(revoked, [ann.session_id.as_str()]);
    }
}

#[actix_web::test]
async fn a_revocation_covers_reissued_access_tokens() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let begun = now();
        refreshed(store.refreshes("ann 1", begun).await);
        refreshed(store.refreshes("ann 1", begun + seconds(9)).await);
        let ended = store.sessions(&ann).revoke(&ann.session_id).await.unwrap().expect("a session");
        assert_eq!(ended[0].expires_at, begun + seconds(9) + ACCESS_TOKEN_TTL);
    }
}

#[actix_web::test]
async fn reuse_after_the_successor_revokes_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let other = store.logs_in("ann", "ann 2").await;
        let now = now();
        refreshed(store.refreshes("ann 1", now).await);
        refreshed(store.refreshes("ann 1'", now).await);
        assert_eq!(reused(store.refreshes("ann 1", now).await), [ann.session_id.as_str()]);
        assert_eq!(store.revoked().await, [format!("session {}", ann.session_id)]);
        for token in ["ann 1", "ann 1'", "ann 1''"] {
            assert_eq!(store.refreshes(token, now).await, RefreshOutcome::Invalid, "{token}");
        }
        assert_eq!(refreshed(store.refreshes("ann 2", now).await).session_id, other.session_id);
    }
}

#[actix_web::test]
async fn reuse_of_any_earlier_token_revokes_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut token, begun) = ("ann 1".to_owned(), now());
        for hour in 1..=3 {
            refreshed(store.refreshes(&token, begun + seconds(3600 * hour)).await);
            token.push('\'');
        }
        assert_eq!(reused(store.refreshes("ann 1", begun + seconds(3600 * 4)).await), [ann.session_id.as_str()]);
        assert_eq!(store.refreshes(&token, begun + seconds(3600 * 4)).await, RefreshOutcome::Invalid);
    }
}

#[actix_web::test]
async fn an_unknown_successor_counts_as_reuse() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let now = now();
        refreshed(store.refreshes("ann 1", now).await);
        let mut other = exchange("ann 1", now);
        other.successors.current = TokenHash::new("another");
        assert_eq!(reused(store.accounts().refresh(other, || now).await.unwrap()), [ann.session_id.as_str()]);
    }
}

#[actix_web::test]
async fn a_replica_with_rotated_secrets_repeats_the_response() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let now = now();
        refreshed(store.refreshes("ann 1", now).await);
        let mut on_replica = exchange("ann 1", now);
        let first_successor =
            std::mem::replace(&mut on_replica.successors.current, TokenHash::new("under the new secret"));
        on_replica.successors.previous = vec![TokenHash::new("under an older one"), first_successor];
        let again = store.accounts().refresh(on_replica, || now + seconds(9)).await.unwrap();
        assert!(matches!(again, RefreshOutcome::Refreshed(_, successor) if successor == first_successor), "{again:?}");
        refreshed(store.refreshes("ann 1'", now + seconds(9)).await);
    }
}

#[actix_web::test]
async fn no_refresh_outlives_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let opened = store.sql().await;
        let (begun, mut token) = (now(), "ann 1".to_owned());
        let mut expires = DateTime::<Utc>::MIN_UTC;
        for day in [6, 12, 18, 24, 29] {
            expires = refreshed(store.refreshes(&token, begun + TimeDelta::days(day)).await).expires_at;
            token.push('\'');
        }
        let absolute_expiry = begun + ABSOLUTE_TIMEOUT;
        assert!(expires <= absolute_expiry && absolute_expiry - expires < seconds(20), "{expires}");
        assert_eq!(store.refreshes(&token, expires).await, RefreshOutcome::Invalid);
        assert_eq!(opened.number("select count(*) from revocation").await, 0);
        refreshed(store.refreshes(&token, expires - seconds(1)).await);
    }
}

#[actix_web::test]
async fn reuse_of_an_expired_token_revokes_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        refreshed(store.refreshes("ann 1", ann.expires_at - seconds(60)).await);
        assert_eq!(reused(store.refreshes("ann 1", ann.expires_at + seconds(1)).await), [ann.session_id.as_str()]);
        assert_eq!(store.refreshes("ann 1'", ann.expires_at + seconds(1)).await, RefreshOutcome::Invalid);
    }
}

/// A wait for a lock does not shorten the window.
#[actix_web::test]
async fn the_repeat_window_starts_at_the_rotation() {
    for (backend, begin) in [(Backend::Sqlite, "begin immediate"), (Backend::Postgres, "begin")] {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let holder = store.sql().await;
        holder.run(&format!("{begin}; update session set \"userAgent\" = 'held'")).await;
        let (accounts, asked, now) = (store.accounts(), AtomicBool::new(false), now());
        let mut outcome = accounts
            .refresh(exchange("ann 1", now), || {
                asked.store(true, SeqCst);
                now
            })
            .boxed_local();
        let waited = tokio::time::timeout(Duration::from_millis(300), &mut outcome).await;
        assert!(waited.is_err() && !asked.load(SeqCst), "{waited:?}");
        holder.run("commit").await;
        refreshed(outcome.await.unwrap());
        assert!(asked.load(SeqCst));
    }
}

#[actix_web::test]
async fn expired_and_unknown_tokens_are_invalid() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        store.logs_in("ann", "ann 2").await;
        let now = now();
        assert_eq!(store.refreshes("never issued", now).await, RefreshOutcome::Invalid);
        assert_eq!(store.refreshes("ann 1", ann.expires_at).await, RefreshOutcome::Invalid);
        let ended = now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        store.sql().await.run(&format!("update session set \"expiresAt\" = '{ended}'")).await;
        assert_eq!(store.refreshes("ann 1", now).await, RefreshOutcome::Invalid);
        assert_eq!(store.refreshes("ann 2", now).await, RefreshOutcome::Invalid);
        assert_eq!(store.count("session").await, 2);
        assert_eq!(store.revoked().await, [""; 0]);
    }
}

/// In either order the session and its tokens are deleted, and every issued access token is revoked.
#[actix_web::test]
async fn a_refresh_and_a_revocation_do_not_deadlock() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        for round in 0..30 {
            let name = format!("user{round}");
            let user = store.signs_up(&name).await;
            let (token, now) = (format!("{name} 1"), now() + seconds(60));
            let delete = format!("delete from session where id = '{}'", user.session_id);
            let (outcome, ()) = futures_util::future::join(store.refreshes(&token, now), sql.run(&delete)).await;
            let left = format!("refresh_token where session_id = '{}'", user.session_id);
            assert_eq!(store.count(&left).await, 0);
            assert_eq!(store.refreshes(&format!("{token}'"), now).await, RefreshOutcome::Invalid);
            let revoked = format!(
                "revocation where key = '{}' and expires_at >= '{}'",
                user.session_id,
                text(now + ACCESS_TOKEN_TTL)
            );
            assert_eq!(
                store.count(&revoked).await,
                i64::from(matches!(outcome, RefreshOutcome::Refreshed(..))),
                "{outcome:?}"
            );
        }
        assert_eq!(store.count("revocation").await, 30);
    }
}

fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
