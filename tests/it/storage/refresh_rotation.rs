//! Refresh tokens: each is replaced once, a lost response locks nobody out, and a stolen one ends the session.

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
fn renewed(renewal: RefreshOutcome) -> UserSession {
    match renewal {
        RefreshOutcome::Refreshed(signed_in, _) => signed_in,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn reused(renewal: RefreshOutcome) -> Vec<String> {
    match renewal {
        RefreshOutcome::Reused { revocations: revoked, .. } => revoked_sessions(&revoked),
        other => panic!("{other:?}"),
    }
}

impl Store {
    /// The refresh tokens that were not replaced.
    async fn living(&self) -> Vec<String> {
        self.sql().await.column("select hash from refresh_token where replaced_at is null order by hash").await
    }
}

#[actix_web::test]
async fn a_token_is_replaced_and_the_session_lives_on() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let later = now() + seconds(3600);
        let again = renewed(store.renews("ann 1", later).await);
        assert_eq!((&again.session_id, &again.user), (&ann.session_id, &ann.user));
        assert_eq!(again.expires_at, later + IDLE_TIMEOUT);
        assert_eq!(store.living().await, [TokenHash::new("ann 1'").to_string()]);
        let listed = store.sessions(&ann).list(later).await.unwrap();
        assert_eq!((listed[0].updated_at, listed[0].expires_at), (later, later + IDLE_TIMEOUT));
        assert_eq!(listed[0].created_at, ann.user.created_at);
    }
}

#[actix_web::test]
async fn of_twenty_renewals_at_once_one_successor_lives() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let now = now();
        let renewals = join_all((0..20).map(|_| store.renews("ann 1", now))).await;
        for renewal in renewals {
            assert_eq!(renewed(renewal).session_id, ann.session_id);
        }
        assert_eq!(store.living().await, [TokenHash::new("ann 1'").to_string()]);
        assert_eq!(store.count("refresh_token").await, 2);
        renewed(store.renews("ann 1'", now).await);
    }
}

#[actix_web::test]
async fn a_lost_answer_is_given_again_for_ten_seconds() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let begun = now();
        let first = renewed(store.renews("ann 1", begun).await);
        for late in [0, 1, 10] {
            assert_eq!(renewed(store.renews("ann 1", begun + seconds(late)).await), first);
        }
        let revoked = reused(store.renews("ann 1", begun + TimeDelta::milliseconds(10_001)).await);
        assert_eq!(revoked, [ann.session_id.as_str()]);
    }
}

#[actix_web::test]
async fn an_access_token_that_was_given_again_is_revoked_to_its_end() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let begun = now();
        renewed(store.renews("ann 1", begun).await);
        renewed(store.renews("ann 1", begun + seconds(9)).await);
        let ended = store.sessions(&ann).revoke(&ann.session_id).await.unwrap().expect("a session");
        assert_eq!(ended[0].expires_at, begun + seconds(9) + ACCESS_TOKEN_TTL);
    }
}

#[actix_web::test]
async fn a_token_whose_successor_was_used_ends_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let other = store.logs_in("ann", "ann 2").await;
        let now = now();
        renewed(store.renews("ann 1", now).await);
        renewed(store.renews("ann 1'", now).await);
        assert_eq!(reused(store.renews("ann 1", now).await), [ann.session_id.as_str()]);
        assert_eq!(store.revoked().await, [format!("session {}", ann.session_id)]);
        for token in ["ann 1", "ann 1'", "ann 1''"] {
            assert_eq!(store.renews(token, now).await, RefreshOutcome::Invalid, "{token}");
        }
        assert_eq!(renewed(store.renews("ann 2", now).await).session_id, other.session_id);
    }
}

#[actix_web::test]
async fn any_token_of_the_chain_ends_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut token, begun) = ("ann 1".to_owned(), now());
        for hour in 1..=3 {
            renewed(store.renews(&token, begun + seconds(3600 * hour)).await);
            token.push('\'');
        }
        assert_eq!(reused(store.renews("ann 1", begun + seconds(3600 * 4)).await), [ann.session_id.as_str()]);
        assert_eq!(store.renews(&token, begun + seconds(3600 * 4)).await, RefreshOutcome::Invalid);
    }
}

#[actix_web::test]
async fn another_successor_is_not_given_for_the_same_token() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let now = now();
        renewed(store.renews("ann 1", now).await);
        let mut other = exchange("ann 1", now);
        other.successors.current = TokenHash::new("another");
        assert_eq!(reused(store.accounts().refresh(other, || now).await.unwrap()), [ann.session_id.as_str()]);
    }
}

#[actix_web::test]
async fn a_lost_answer_is_made_good_by_a_replica_whose_first_secret_is_another() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let now = now();
        renewed(store.renews("ann 1", now).await);
        let mut elsewhere = exchange("ann 1", now);
        let given = std::mem::replace(&mut elsewhere.successors.current, TokenHash::new("under the new secret"));
        elsewhere.successors.previous = vec![TokenHash::new("under an older one"), given];
        let again = store.accounts().refresh(elsewhere, || now + seconds(9)).await.unwrap();
        assert!(matches!(again, RefreshOutcome::Refreshed(_, successor) if successor == given), "{again:?}");
        renewed(store.renews("ann 1'", now + seconds(9)).await);
    }
}

#[actix_web::test]
async fn no_renewal_outlives_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let opened = store.sql().await;
        let (begun, mut token) = (now(), "ann 1".to_owned());
        let mut ends = DateTime::<Utc>::MIN_UTC;
        for day in [6, 12, 18, 24, 29] {
            ends = renewed(store.renews(&token, begun + TimeDelta::days(day)).await).expires_at;
            token.push('\'');
        }
        let whole = begun + ABSOLUTE_TIMEOUT;
        assert!(ends <= whole && whole - ends < seconds(20), "{ends}");
        assert_eq!(store.renews(&token, ends).await, RefreshOutcome::Invalid);
        assert_eq!(opened.number("select count(*) from revocation").await, 0);
        renewed(store.renews(&token, ends - seconds(1)).await);
    }
}

#[actix_web::test]
async fn a_token_that_was_replaced_ends_the_session_though_its_own_time_is_over() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        renewed(store.renews("ann 1", ann.expires_at - seconds(60)).await);
        assert_eq!(reused(store.renews("ann 1", ann.expires_at + seconds(1)).await), [ann.session_id.as_str()]);
        assert_eq!(store.renews("ann 1'", ann.expires_at + seconds(1)).await, RefreshOutcome::Invalid);
    }
}

/// However long the database lets it wait.
#[actix_web::test]
async fn the_ten_seconds_begin_when_the_token_is_replaced() {
    for (backend, begin) in [(Backend::Sqlite, "begin immediate"), (Backend::Postgres, "begin")] {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let holder = store.sql().await;
        holder.run(&format!("{begin}; update session set \"userAgent\" = 'held'")).await;
        let (accounts, asked, now) = (store.accounts(), AtomicBool::new(false), now());
        let mut renewal = accounts
            .refresh(exchange("ann 1", now), || {
                asked.store(true, SeqCst);
                now
            })
            .boxed_local();
        let waited = tokio::time::timeout(Duration::from_millis(300), &mut renewal).await;
        assert!(waited.is_err() && !asked.load(SeqCst), "{waited:?}");
        holder.run("commit").await;
        renewed(renewal.await.unwrap());
        assert!(asked.load(SeqCst));
    }
}

#[actix_web::test]
async fn what_has_ended_is_not_valid_and_ends_nothing() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        store.logs_in("ann", "ann 2").await;
        let now = now();
        assert_eq!(store.renews("never given", now).await, RefreshOutcome::Invalid);
        assert_eq!(store.renews("ann 1", ann.expires_at).await, RefreshOutcome::Invalid);
        let ended = now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        store.sql().await.run(&format!("update session set \"expiresAt\" = '{ended}'")).await;
        assert_eq!(store.renews("ann 1", now).await, RefreshOutcome::Invalid);
        assert_eq!(store.renews("ann 2", now).await, RefreshOutcome::Invalid);
        assert_eq!(store.count("session").await, 2);
        assert_eq!(store.revoked().await, [""; 0]);
    }
}

/// Whoever is first: the session is over, nothing of it is left, and all that was given in it is revoked.
#[actix_web::test]
async fn a_renewal_and_the_end_of_its_session_do_not_dead_lock() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        for round in 0..30 {
            let name = format!("user{round}");
            let user = store.signs_up(&name).await;
            let (token, now) = (format!("{name} 1"), now() + seconds(60));
            let delete = format!("delete from session where id = '{}'", user.session_id);
            let (renewal, ()) = futures_util::future::join(store.renews(&token, now), session.run(&delete)).await;
            let left = format!("refresh_token where session_id = '{}'", user.session_id);
            assert_eq!(store.count(&left).await, 0);
            assert_eq!(store.renews(&format!("{token}'"), now).await, RefreshOutcome::Invalid);
            let revoked = format!(
                "revocation where key = '{}' and expires_at >= '{}'",
                user.session_id,
                text(now + ACCESS_TOKEN_TTL)
            );
            assert_eq!(
                store.count(&revoked).await,
                i64::from(matches!(renewal, RefreshOutcome::Refreshed(..))),
                "{renewal:?}"
            );
        }
        assert_eq!(store.count("revocation").await, 30);
    }
}

fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
