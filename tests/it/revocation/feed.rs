//! The revocation feed: all existing revocations first, then new ones.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    TokenHash,
    revocation::{Feed, Revocation, RevocationTarget},
};
use futures_util::future::join;

use crate::support::{
    BACKENDS, Backend, Store,
    revocation_feed::{soon, tomorrow, wait_for_revocation},
    store::{RevokingExt, found, now},
};

#[actix_web::test]
async fn revocations_reach_every_replica() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut one, mut two) = (store.feed().await, store.feed().await);
        let sessions = store.sessions(&ann);
        let until = tomorrow();
        let ended = found(sessions.revoke(&ann.session_id).await.unwrap());
        let token = sessions.revoke_token(TokenHash::new("a token"), until).await.unwrap().revocations();
        let all = sessions.revoke_all(now(), until).await.unwrap().revocations();
        assert_eq!(store.count("revocation").await, 3);
        for revocation in ended.iter().chain(token.iter()).chain(all.iter()) {
            let is_expected = |delivered: &Revocation| delivered == revocation;
            soon(join(wait_for_revocation(&mut one, is_expected), wait_for_revocation(&mut two, is_expected))).await;
        }
    }
}

/// Polling finds it too, long after the first insert.
#[actix_web::test]
async fn an_extended_revocation_is_delivered_again() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, sql) = (store.signs_up("ann").await, store.sql().await);
        if backend == Backend::Postgres {
            sql.run("drop trigger revocation_tell on revocation").await;
        }
        let mut feed = store.feed().await;
        let (started, until) = (now(), tomorrow());
        let mut longest = 0;
        for hours in [0, 2, 1] {
            let sessions = store.sessions(&ann);
            let later = TimeDelta::hours(hours);
            sessions.revoke_all(started + later, until + later).await.unwrap().outcome();
            longest = hours.max(longest);
            let delivered = soon(wait_for_revocation(&mut feed, |delivered| {
                matches!(delivered.target, RevocationTarget::User { .. })
            }))
            .await;
            let target =
                RevocationTarget::User { id: ann.user.id.clone(), issued_until: started + TimeDelta::hours(longest) };
            assert_eq!(delivered, Revocation { target, expires_at: until + TimeDelta::hours(longest) });
            sql.run("update revocation set created_at = '2026-01-01T00:00:00.000Z'").await;
        }
    }
}

#[actix_web::test]
async fn existing_revocations_are_delivered_in_pages() {
    const POSTGRES_ROWS: &str = "insert into revocation (kind, key, expires_at)
        select 'session', n, now() + case when n % 10 = 0 then interval '-1 s' else interval '1 day' end from generate_series(1, 100000) n";
    const SQLITE_ROWS: &str = "insert into revocation (kind, key, expires_at)
        with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 100000)
        select 'session', n, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', case when n % 10 = 0 then '-1 second' else '+1 day' end) from numbers";
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.sql().await.run(if backend == Backend::Postgres { POSTGRES_ROWS } else { SQLITE_ROWS }).await;
        let mut feed = Feed::new(store.db(), now());
        let (mut delivered, mut pages) = (HashSet::new(), 0);
        while !feed.has_caught_up() {
            let page = feed.next().await.unwrap();
            assert!(page.len() <= 10_000, "a page of {}", page.len());
            pages += 1;
            for Revocation { target, .. } in page {
                let RevocationTarget::Session(id) = target else { panic!("{target:?}") };
                assert!(delivered.insert(id.as_str().parse::<u32>().unwrap()), "{id} was delivered twice");
            }
        }
        assert_eq!((delivered.len(), pages), (90_000, 10));
        assert!(delivered.iter().all(|number| number % 10 != 0));
    }
}

/// The time zone of the connection that revokes does not change the timestamps.
#[actix_web::test]
async fn a_notification_carries_the_stored_revocation() {
    let store = Store::new(Backend::Postgres).await;
    let sql = store.sql().await;
    sql.run("set timezone = 'Asia/Kathmandu'").await;
    let mut feed = store.feed().await;
    sql.run(
        "insert into revocation (kind, key, issued_until, expires_at)
        values ('user', 'ann', '2036-01-01T00:00:00.123456Z', '2036-01-02T00:00:00Z')",
    )
    .await;
    let delivered = soon(wait_for_revocation(&mut feed, |delivered| {
        delivered.expires_at == "2036-01-02T00:00:00Z".parse::<DateTime<Utc>>().unwrap()
    }))
    .await;
    let RevocationTarget::User { id, issued_until } = delivered.target else { panic!("{delivered:?}") };
    assert_eq!((id.as_str(), issued_until), ("ann", "2036-01-01T00:00:00.123456Z".parse().unwrap()));
}
