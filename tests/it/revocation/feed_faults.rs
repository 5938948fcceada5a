//! The revocation feed loses nothing when connections are cut, notifications are missing or payloads are invalid.

use std::time::{Duration, Instant};

use entity::{DbSettings, revocation::Feed};
use futures_util::future::join;

use crate::support::{
    BACKENDS, Backend, ChaosProxy, SqlConnection, Store,
    revocation_feed::{MAX_PROPAGATION_DELAY, is_session, open_feed, soon, wait_for_revocation},
    store::settings,
};

impl SqlConnection {
    /// Revokes a session in a transaction that began `time` ago.
    async fn revokes_with_delay(&self, time: &str) {
        let insert = "insert into revocation (kind, key, created_at, expires_at)";
        self.run(&format!(
            "{insert} values ('session', '{time} late', now() - interval '{time}', now() + interval '1 day')"
        ))
        .await;
    }
}

async fn wait_until_listening(feed: &mut Feed) {
    let started = Instant::now();
    while !feed.is_listening() {
        feed.next().await.ok();
        assert!(started.elapsed() < Duration::from_secs(10), "the feed does not listen again");
    }
}

#[actix_web::test]
async fn a_feed_survives_a_terminated_connection() {
    const TERMINATE_LISTENER: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and query like 'LISTEN%'";
    let store = Store::new(Backend::Postgres).await;
    let sql = store.sql().await;
    let mut feed = store.feed().await;
    for round in 0..3 {
        wait_until_listening(&mut feed).await;
        sql.revokes(&format!("before {round}")).await;
        assert_eq!(sql.number(TERMINATE_LISTENER).await, 1);
        sql.revokes(&format!("between {round}")).await;
        for when in ["before", "between"] {
            soon(wait_for_revocation(&mut feed, is_session(&format!("{when} {round}")))).await;
        }
    }
    wait_until_listening(&mut feed).await;
    let mut delays = Vec::new();
    for round in 0..7 {
        let name = format!("notified {round}");
        let started = Instant::now();
        join(wait_for_revocation(&mut feed, is_session(&name)), sql.revokes(&name)).await;
        delays.push(started.elapsed());
    }
    delays.sort();
    // polling would take half a second for each
    assert!(delays[3] < Duration::from_millis(250), "{delays:?}");
}

#[actix_web::test]
async fn a_feed_reports_an_outage_and_catches_up() {
    let store = Store::new(Backend::Postgres).await;
    let (sql, proxy) = (store.sql().await, ChaosProxy::start(store.database()).await);
    let mut feed = open_feed(&DbSettings { acquire_timeout: MAX_PROPAGATION_DELAY, ..settings(proxy.url()) }).await;
    for round in 0..2 {
        proxy.refuse().await;
        let cut = async { while feed.next().await.is_ok() {} };
        tokio::time::timeout(Duration::from_secs(10), cut).await.expect("an error while the database is away");
        sql.revokes(&format!("meanwhile {round}")).await;
        proxy.restore().await;
        wait_for_revocation(&mut feed, is_session(&format!("meanwhile {round}"))).await;
        assert!(feed.has_caught_up());
        proxy.cut().await;
        sql.revokes(&format!("after a cut {round}")).await;
        wait_for_revocation(&mut feed, is_session(&format!("after a cut {round}"))).await;
    }
    wait_until_listening(&mut feed).await;
}

#[actix_web::test]
async fn a_connection_for_notifications_that_hangs_delays_no_poll() {
    let store = Store::new(Backend::Postgres).await;
    let (sql, proxy) = (store.sql().await, ChaosProxy::start(store.database()).await);
    let settings = DbSettings { listen_url: Some(proxy.url().into()), ..settings(store.database().url()) };
    for was_connected in [true, false] {
        let mut feed = open_feed(&settings).await;
        if was_connected {
            wait_until_listening(&mut feed).await;
        }
        proxy.stall().await;
        let mut delays = Vec::new();
        for round in 0..9 {
            let session = format!("{was_connected} {round}");
            sql.revokes(&session).await;
            let started = Instant::now();
            wait_for_revocation(&mut feed, is_session(&session)).await;
            delays.push(started.elapsed());
        }
        assert!(delays.iter().sum::<Duration>() < 9 * MAX_PROPAGATION_DELAY, "{delays:?}");
    }
}

/// As behind a pooler that accepts LISTEN and delivers no notification.
#[actix_web::test]
async fn without_notifications_the_feed_polls() {
    let store = Store::new(Backend::Postgres).await;
    let sql = store.sql().await;
    sql.run("drop trigger revocation_tell on revocation").await;
    let mut feed = store.feed().await;
    for round in 0..5 {
        sql.revokes(&format!("untold {round}")).await;
        soon(wait_for_revocation(&mut feed, is_session(&format!("untold {round}")))).await;
    }
    for late in ["4 s", "50 s"] {
        sql.revokes_with_delay(late).await;
    }
    soon(wait_for_revocation(&mut feed, is_session("4 s late"))).await;
    wait_for_revocation(&mut feed, is_session("50 s late")).await;
}

#[actix_web::test]
async fn a_long_transaction_is_delivered_after_commit() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (mut feed, sql) = (store.feed().await, store.sql().await);
        sql.run(&format!("begin; delete from session where id = '{}'", ann.session_id)).await;
        let uncommitted = async { while feed.next().await.unwrap().is_empty() {} };
        tokio::time::timeout(Duration::from_secs(2), uncommitted)
            .await
            .expect_err("an uncommitted revocation was delivered");
        sql.run("commit").await;
        soon(wait_for_revocation(&mut feed, is_session(ann.session_id.as_str()))).await;
    }
}

#[actix_web::test]
async fn invalid_notifications_are_skipped() {
    let store = Store::new(Backend::Postgres).await;
    let sql = store.sql().await;
    let mut feed = store.feed().await;
    for payload in [
        "",
        "garbage",
        "{}",
        r#"{"kind": "session"}"#,
        r#"{"kind": "token", "key": "ab", "expires_at": "2036-01-01T00:00:00Z"}"#,
    ] {
        sql.run(&format!("notify taskbridge_revocation, '{payload}'")).await;
    }
    let unknown =
        "insert into revocation (kind, key, expires_at) values ('of tomorrow', 'x', now() + interval '1 day')";
    sql.run(unknown).await;
    sql.revokes("known").await;
    soon(wait_for_revocation(&mut feed, is_session("known"))).await;
    let mut late = store.feed().await;
    sql.revokes("known too").await;
    soon(wait_for_revocation(&mut late, is_session("known too"))).await;
}

/// When a service stops, the runtime of a worker may end before the feed.
#[actix_web::test]
async fn a_feed_may_outlive_its_runtime() {
    let store = Store::new(Backend::Postgres).await;
    let settings = settings(store.database().url());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let feed = runtime.block_on(async {
            let mut feed = open_feed(&settings).await;
            wait_until_listening(&mut feed).await;
            feed
        });
        drop(runtime);
        drop(feed);
    });
    assert!(tokio::task::spawn_blocking(|| thread.join()).await.unwrap().is_ok());
}
