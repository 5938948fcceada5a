//! Refresh tokens: rotation and expiry.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    TokenHash,
    account::{RefreshOutcome, UserSession},
};
use futures_util::future::join_all;

use crate::support::{
    BACKENDS, Store,
    store::{ABSOLUTE_TIMEOUT, ACCESS_TOKEN_TTL, IDLE_TIMEOUT, now},
};

pub(super) fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

#[track_caller]
pub(super) fn refreshed(outcome: RefreshOutcome) -> UserSession {
    match outcome {
        RefreshOutcome::Refreshed(signed_in, _) => signed_in,
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
async fn no_refresh_outlives_the_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let opened = store.sql().await;
        let (started, mut token) = (now(), "ann 1".to_owned());
        let mut expires = DateTime::<Utc>::MIN_UTC;
        for day in [6, 12, 18, 24, 29] {
            expires = refreshed(store.refreshes(&token, started + TimeDelta::days(day)).await).expires_at;
            token.push('\'');
        }
        let absolute_expiry = started + ABSOLUTE_TIMEOUT;
        assert!(expires <= absolute_expiry && absolute_expiry - expires < seconds(20), "{expires}");
        assert_eq!(store.refreshes(&token, expires).await, RefreshOutcome::Invalid);
        assert_eq!(opened.number("select count(*) from revocation").await, 0);
        refreshed(store.refreshes(&token, expires - seconds(1)).await);
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
