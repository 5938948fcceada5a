//! A feed that is cut, not told, or told nonsense: it misses nothing.

use std::time::{Duration, Instant};

use entity::{DbSettings, revocation::Feed};
use futures_util::future::join;

use crate::support::{
    Backend, ChaosProxy, SqlConnection, Store,
    revocation_feed::{MAX_PROPAGATION_DELAY, is_session, open_feed, wait_for_revocation, within_a_second},
    store::{BACKENDS, settings},
};

impl SqlConnection {
    /// Revokes a session in a transaction that began so long ago.
    async fn is_late_by(&self, time: &str) {
        let insert = "insert into revocation (kind, key, created_at, expires_at)";
        self.run(&format!(
            "{insert} values ('session', '{time} late', now() - interval '{time}', now() + interval '1 day')"
        ))
        .await;
    }
}

async fn listens_again(feed: &mut Feed) {
    let begun = Instant::now();
    while !feed.is_listening() {
        feed.next().await.ok();
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not listen again");
    }
}

#[actix_web::test]
async fn a_feed_whose_connection_is_ended_misses_nothing() {
    const END: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and query like 'LISTEN%'";
    let store = Store::new(Backend::Postgres).await;
    let session = store.sql().await;
    let mut feed = store.feed().await;
    for round in 0..3 {
        session.revokes(&format!("before {round}")).await;
        assert_eq!(session.number(END).await, 1);
        session.revokes(&format!("between {round}")).await;
        for when in ["before", "between"] {
            within_a_second(wait_for_revocation(&mut feed, is_session(&format!("{when} {round}")))).await;
        }
        listens_again(&mut feed).await;
    }
    let begun = Instant::now();
    for round in 0..6 {
        let name = format!("told {round}");
        join(wait_for_revocation(&mut feed, is_session(&name)), session.revokes(&name)).await;
    }
    // to ask for each would take half a second
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
}

#[actix_web::test]
async fn a_feed_that_was_cut_says_so_and_misses_nothing() {
    let store = Store::new(Backend::Postgres).await;
    let (session, proxy) = (store.sql().await, ChaosProxy::start(store.database()).await);
    let mut feed = open_feed(&DbSettings { acquire_timeout: MAX_PROPAGATION_DELAY, ..settings(proxy.url()) }).await;
    for round in 0..2 {
        proxy.refuse().await;
        let cut = async { while feed.next().await.is_ok() {} };
        tokio::time::timeout(Duration::from_secs(10), cut).await.expect("an error while the database is away");
        session.revokes(&format!("meanwhile {round}")).await;
        proxy.restore().await;
        wait_for_revocation(&mut feed, is_session(&format!("meanwhile {round}"))).await;
        assert!(feed.has_caught_up());
        proxy.cut().await;
        session.revokes(&format!("after a cut {round}")).await;
        wait_for_revocation(&mut feed, is_session(&format!("after a cut {round}"))).await;
    }
    listens_again(&mut feed).await;
}

/// As behind a pooler, which takes LISTEN and never tells.
#[actix_web::test]
async fn where_nothing_is_told_it_is_found_by_asking() {
    let store = Store::new(Backend::Postgres).await;
    let session = store.sql().await;
    session.run("drop trigger revocation_tell on revocation").await;
    let mut feed = store.feed().await;
    for round in 0..5 {
        session.revokes(&format!("untold {round}")).await;
        within_a_second(wait_for_revocation(&mut feed, is_session(&format!("untold {round}")))).await;
    }
    for late in ["4 s", "50 s"] {
        session.is_late_by(late).await;
    }
    within_a_second(wait_for_revocation(&mut feed, is_session("4 s late"))).await;
    wait_for_revocation(&mut feed, is_session("50 s late")).await;
}

#[actix_web::test]
async fn a_transaction_that_takes_its_time_is_heard_of_at_its_end() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut feed, session) = (store.feed().await, store.sql().await);
        session.run(&format!("begin; delete from session where id = '{}'", ann.session_id)).await;
        let asked = async { while feed.next().await.unwrap().is_empty() {} };
        tokio::time::timeout(Duration::from_secs(2), asked).await.expect_err("news of what is not committed");
        session.run("commit").await;
        within_a_second(wait_for_revocation(&mut feed, is_session(ann.session_id.as_str()))).await;
    }
}

#[actix_web::test]
async fn what_is_not_understood_is_passed_over() {
    let store = Store::new(Backend::Postgres).await;
    let session = store.sql().await;
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
    session.revokes("known").await;
    within_a_second(wait_for_revocation(&mut feed, is_session("known"))).await;
    let mut late = store.feed().await;
    session.revokes("known too").await;
    within_a_second(wait_for_revocation(&mut late, is_session("known too"))).await;
}

/// As when a service stops: the runtime of a worker may be gone before what it worked on.
#[actix_web::test]
async fn a_feed_may_outlive_its_runtime() {
    let store = Store::new(Backend::Postgres).await;
    let settings = settings(store.database().url());
    let ends = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let feed = runtime.block_on(open_feed(&settings));
        assert!(feed.is_listening());
        drop(runtime);
        drop(feed);
    });
    assert!(tokio::task::spawn_blocking(|| ends.join()).await.unwrap().is_ok());
}
