//! The feed of revocations: all that stand, then what is new, on every replica within a second, whatever happens between.

use std::{
    collections::HashSet,
    future::Future,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    DbSettings, SessionId, TokenHash,
    revocation::{Feed, Revocation, Revoked},
    session::Sessions,
};
use futures_util::future::join;

use crate::support::{
    Backend, Session, Store, Wire,
    store::{caught_up, now, settings, tells},
};

const BOTH: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// What a log-out may take to be known everywhere.
const SOON: Duration = Duration::from_secs(1);

fn day_from_now() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

fn is_session(id: &str) -> impl Fn(&Revocation) -> bool {
    let what = Revoked::Session(SessionId::from(id));
    move |revocation| revocation.what == what
}

impl Session {
    /// Revokes a session, as whoever may write to the table would.
    async fn revokes(&self, id: &str, more: &str) {
        let expires_at = day_from_now().to_rfc3339();
        let (columns, values) = more.split_once(" = ").unwrap_or_default();
        let comma = if more.is_empty() { "" } else { ", " };
        self.run(&format!(
            "insert into revocation (kind, key, expires_at{comma}{columns}) values ('session', '{id}', '{expires_at}'{comma}{values})"
        ))
        .await;
    }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("news within a second")
}

#[actix_web::test]
async fn news_come_to_every_replica_within_a_second() {
    for backend in BOTH {
        let store = Store::fresh(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut one, mut two) = (store.feed().await, store.feed().await);
        let sessions = store.of::<Sessions>(&ann.user.id);
        let until = day_from_now();
        let ended = sessions.end(&ann.session).await.unwrap().expect("a session");
        let token = sessions.revoke_token(TokenHash::of("a token"), until).await.unwrap();
        let all = sessions.end_all(now(), until).await.unwrap();
        assert_eq!(store.count("revocation").await, 3);
        for revocation in ended.iter().chain([&token]).chain(&all) {
            let is_it = |told: &Revocation| told == revocation;
            soon(join(tells(&mut one, is_it), tells(&mut two, is_it))).await;
        }
    }
}

#[actix_web::test]
async fn a_revocation_that_is_widened_is_told_again() {
    for backend in BOTH {
        let store = Store::fresh(backend).await;
        let ann = store.signs_up("ann").await;
        let mut feed = store.feed().await;
        let sessions = store.of::<Sessions>(&ann.user.id);
        let (begun, until) = (now(), day_from_now());
        let user = |issued_until| Revoked::User { id: ann.user.id.clone(), issued_until };
        for (issued_until, until, widest) in [
            (begun, until, (begun, until)),
            (
                begun + TimeDelta::hours(1),
                until + TimeDelta::hours(1),
                (begun + TimeDelta::hours(1), until + TimeDelta::hours(1)),
            ),
            (begun, until, (begun + TimeDelta::hours(1), until + TimeDelta::hours(1))),
        ] {
            sessions.end_all(issued_until, until).await.unwrap();
            let is_it = |told: &Revocation| told.what == user(widest.0) && told.expires_at == widest.1;
            soon(tells(&mut feed, is_it)).await;
        }
    }
}

#[actix_web::test]
async fn first_come_all_that_stand_page_by_page() {
    const ON_POSTGRES: &str = "insert into revocation (kind, key, expires_at)
        select 'session', n, now() + case when n % 10 = 0 then interval '-1 s' else interval '1 day' end from generate_series(1, 100000) n";
    const ON_SQLITE: &str = "insert into revocation (kind, key, expires_at)
        with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 100000)
        select 'session', n, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', case when n % 10 = 0 then '-1 second' else '+1 day' end) from numbers";
    for backend in BOTH {
        let store = Store::fresh(backend).await;
        store.session().await.run(if backend == Backend::Postgres { ON_POSTGRES } else { ON_SQLITE }).await;
        let mut feed = Feed::open(&settings(store.database().url()), now()).await.unwrap();
        let (mut told, mut pages) = (HashSet::new(), 0);
        while !feed.has_caught_up() {
            let page = feed.next().await.unwrap();
            assert!(page.len() <= 10_000, "a page of {}", page.len());
            pages += 1;
            for Revocation { what, .. } in page {
                let Revoked::Session(id) = what else { panic!("{what:?}") };
                assert!(told.insert(id.as_str().parse::<u32>().unwrap()), "{id} came twice");
            }
        }
        assert_eq!((told.len(), pages), (90_000, 10));
        assert!(told.iter().all(|number| number % 10 != 0));
    }
}

#[actix_web::test]
async fn a_feed_whose_connection_is_ended_misses_nothing() {
    const END: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and query like 'LISTEN%'";
    let store = Store::fresh(Backend::Postgres).await;
    let session = store.session().await;
    let mut feed = store.feed().await;
    for round in 0..3 {
        session.revokes(&format!("before {round}"), "").await;
        assert_eq!(session.number(END).await, 1);
        session.revokes(&format!("between {round}"), "").await;
        for when in ["before", "between"] {
            soon(tells(&mut feed, is_session(&format!("{when} {round}")))).await;
        }
        listens_again(&mut feed).await;
    }
    let begun = Instant::now();
    for round in 0..6 {
        let name = format!("told {round}");
        join(tells(&mut feed, is_session(&name)), session.revokes(&name, "")).await;
    }
    // to ask for each would take half a second
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
}

async fn listens_again(feed: &mut Feed) {
    let begun = Instant::now();
    while !feed.is_told() {
        feed.next().await.ok();
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not listen again");
    }
}

#[actix_web::test]
async fn a_feed_that_was_cut_says_so_and_misses_nothing() {
    let store = Store::fresh(Backend::Postgres).await;
    let (session, wire) = (store.session().await, Wire::to(store.database()).await);
    let mut feed = caught_up(&DbSettings { acquire: SOON, ..settings(wire.url()) }).await;
    for round in 0..2 {
        wire.refuse().await;
        let cut = async { while feed.next().await.is_ok() {} };
        tokio::time::timeout(Duration::from_secs(10), cut).await.expect("an error while the database is away");
        session.revokes(&format!("meanwhile {round}"), "").await;
        wire.restore().await;
        tells(&mut feed, is_session(&format!("meanwhile {round}"))).await;
        assert!(feed.has_caught_up());
        wire.cut().await;
        session.revokes(&format!("after a cut {round}"), "").await;
        tells(&mut feed, is_session(&format!("after a cut {round}"))).await;
    }
    listens_again(&mut feed).await;
}

/// As behind a pooler, which takes LISTEN and never tells.
#[actix_web::test]
async fn where_nothing_is_told_it_is_found_by_asking() {
    let store = Store::fresh(Backend::Postgres).await;
    let session = store.session().await;
    session.run("drop trigger revocation_tell on revocation").await;
    let mut feed = store.feed().await;
    for round in 0..5 {
        session.revokes(&format!("untold {round}"), "").await;
        soon(tells(&mut feed, is_session(&format!("untold {round}")))).await;
    }
    // what was stored by a transaction that was committed late
    session.revokes("4 s late", "created_at = clock_timestamp() - interval '4 s'").await;
    session.revokes("50 s late", "created_at = clock_timestamp() - interval '50 s'").await;
    soon(tells(&mut feed, is_session("4 s late"))).await;
    tells(&mut feed, is_session("50 s late")).await;
}

#[actix_web::test]
async fn a_transaction_that_takes_its_time_is_heard_of_at_its_end() {
    for backend in BOTH {
        let store = Store::fresh(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut feed, session) = (store.feed().await, store.session().await);
        session.run(&format!("begin; delete from session where id = '{}'", ann.session)).await;
        let asked = async { while feed.next().await.unwrap().is_empty() {} };
        tokio::time::timeout(Duration::from_secs(2), asked).await.expect_err("news of what is not committed");
        session.run("commit").await;
        soon(tells(&mut feed, is_session(ann.session.as_str()))).await;
    }
}

#[actix_web::test]
async fn what_is_not_understood_is_passed_over() {
    let store = Store::fresh(Backend::Postgres).await;
    let session = store.session().await;
    let mut feed = store.feed().await;
    for payload in [
        "",
        "garbage",
        "{}",
        r#"{"kind": "session"}"#,
        r#"{"kind": "token", "key": "ab", "expires_at": "2036-01-01T00:00:00Z"}"#,
    ] {
        session.run(&format!("notify taskbridge_revocation, '{payload}'")).await;
    }
    let unknown =
        "insert into revocation (kind, key, expires_at) values ('of tomorrow', 'x', now() + interval '1 day')";
    session.run(unknown).await;
    session.revokes("known", "").await;
    soon(tells(&mut feed, is_session("known"))).await;
    let mut late = store.feed().await;
    session.revokes("known too", "").await;
    soon(tells(&mut late, is_session("known too"))).await;
}

/// The instants of a notification are those of the row, whatever the time zone of who revoked.
#[actix_web::test]
async fn what_is_told_is_what_is_stored() {
    let store = Store::fresh(Backend::Postgres).await;
    let session = store.session().await;
    session.run("set timezone = 'Asia/Kathmandu'").await;
    let mut feed = store.feed().await;
    session
        .run(
            "insert into revocation (kind, key, issued_until, expires_at)
        values ('user', 'ann', '2036-01-01T00:00:00.123456Z', '2036-01-02T00:00:00Z')",
        )
        .await;
    let told =
        soon(tells(&mut feed, |told| told.expires_at == "2036-01-02T00:00:00Z".parse::<DateTime<Utc>>().unwrap()))
            .await;
    let Revoked::User { id, issued_until } = told.what else { panic!("{told:?}") };
    assert_eq!((id.as_str(), issued_until), ("ann", "2036-01-01T00:00:00.123456Z".parse().unwrap()));
}
