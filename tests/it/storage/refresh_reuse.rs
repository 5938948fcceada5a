//! Refresh tokens that are sent again: the response is repeated for ten seconds, later reuse revokes the session.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    time::Duration,
};

use chrono::TimeDelta;
use entity::{TokenHash, account::RefreshOutcome};
use futures_util::FutureExt;

use super::refresh_rotation::{refreshed, seconds};
use crate::support::{
    BACKENDS, Backend, Store,
    store::{ACCESS_TOKEN_TTL, RevokingExt, exchange, found, now, reused},
};

#[actix_web::test]
async fn reuse_after_the_successor_revokes_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let other = store.logs_in("ann", "ann 2").await;
        let now = now();
        refreshed(store.refreshes("ann 1", now).await);
        refreshed(store.refreshes("ann 1'", now).await);
        assert_eq!(store.reuses("ann 1", now).await, [ann.session_id.as_str()]);
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
        let (mut token, started) = ("ann 1".to_owned(), now());
        for hour in 1..=3 {
            refreshed(store.refreshes(&token, started + seconds(3600 * hour)).await);
            token.push('\'');
        }
        assert_eq!(store.reuses("ann 1", started + seconds(3600 * 4)).await, [ann.session_id.as_str()]);
        assert_eq!(store.refreshes(&token, started + seconds(3600 * 4)).await, RefreshOutcome::Invalid);
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
async fn reuse_of_an_expired_token_revokes_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        refreshed(store.refreshes("ann 1", ann.expires_at - seconds(60)).await);
        assert_eq!(store.reuses("ann 1", ann.expires_at + seconds(1)).await, [ann.session_id.as_str()]);
        assert_eq!(store.refreshes("ann 1'", ann.expires_at + seconds(1)).await, RefreshOutcome::Invalid);
    }
}

#[actix_web::test]
async fn a_refresh_can_be_repeated_for_10_seconds() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let started = now();
        let first = refreshed(store.refreshes("ann 1", started).await);
        for late in [0, 1, 10] {
            assert_eq!(refreshed(store.refreshes("ann 1", started + seconds(late)).await), first);
        }
        let revoked = store.reuses("ann 1", started + TimeDelta::milliseconds(10_001)).await;
        assert_eq!(revoked, [ann.session_id.as_str()]);
    }
}

#[actix_web::test]
async fn a_revocation_covers_reissued_access_tokens() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let started = now();
        refreshed(store.refreshes("ann 1", started).await);
        refreshed(store.refreshes("ann 1", started + seconds(9)).await);
        let ended = found(store.sessions(&ann).revoke(&ann.session_id).await.unwrap());
        assert_eq!(ended[0].expires_at, started + seconds(9) + ACCESS_TOKEN_TTL);
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
        let again = store.accounts().refresh(on_replica, || now + seconds(9)).await.unwrap().outcome();
        assert!(matches!(again, RefreshOutcome::Refreshed(_, successor) if successor == first_successor), "{again:?}");
        refreshed(store.refreshes("ann 1'", now + seconds(9)).await);
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
        refreshed(outcome.await.unwrap().outcome());
        assert!(asked.load(SeqCst));
    }
}
