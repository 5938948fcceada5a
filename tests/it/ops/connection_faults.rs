//! Faults of the server and of connections to it: 503 at worst, recovery without a restart, no acknowledged write lost.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::{join_all, join4};
use serde_json::json;

use crate::support::{
    ApiClient, ApiResponse, Backend, ChaosProxy, Load, OwnServer, SqlConnection, TestApp, TestDatabase,
};

/// The longest time until the service recovers once the database has.
const MAX_RECOVERY: Duration = Duration::from_secs(3);

/// The longest time until silent connections are replaced.
const MAX_SILENCE: Duration = Duration::from_secs(5);

const TERMINATE: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where backend_type = 'client backend' and datname = current_database() and pid <> pg_backend_pid()";

async fn start(database: &Arc<TestDatabase>, url: &str) -> TestApp {
    TestApp::start_on(Arc::clone(database), [("DATABASE_URL", url), ("DATABASE_ACQUIRE_TIMEOUT", "1s")]).await
}

/// Lets every worker connect.
async fn warm_up(app: &TestApp) {
    for _ in 0..8 {
        // concurrent requests go to different workers; a worker reads and writes on connections of its own
        let ann = app.ann();
        join_all((0..4).map(|_| ann.creates_a_task("Buy milk"))).await;
        join_all((0..4).map(async |_| ann.get("/api/tasks").await.is(200))).await;
    }
}

/// Asserts that reads and writes succeed again in time, and that every response until then is a 503 with `Retry-After`.
async fn recovers(client: &ApiClient) {
    let started = Instant::now();
    let mut successes = 0;
    while successes < 20 {
        let responses =
            [client.get("/api/tasks").await, client.post("/api/tasks", json!({"title": "afterwards"})).await];
        if responses.iter().all(|response| response.status.is_success()) {
            successes += 1;
            continue;
        }
        successes = 0;
        responses.into_iter().for_each(succeeds_or_is_unavailable);
        assert!(started.elapsed() < MAX_RECOVERY, "not recovered after {:?}", started.elapsed());
    }
    client.eventually_gets("/health/ready", 200).await;
}

#[track_caller]
fn succeeds_or_is_unavailable(response: ApiResponse) {
    if !response.status.is_success() {
        assert_eq!(response.is_problem(503, "unavailable").header("retry-after"), Some("1"));
    }
}

/// Asserts that a request is answered with 503 while the database is away.
async fn is_unavailable(client: &ApiClient) {
    let response = client.get("/api/tasks").await.is_problem(503, "unavailable");
    assert_eq!(response.header("retry-after"), Some("1"));
}

#[actix_web::test]
async fn a_crash_of_the_server_loses_no_acknowledged_write() {
    let (server, database) = OwnServer::start().await;
    let database = Arc::new(database);
    let app = start(&database, database.url()).await;
    let load = Load::start(&app.user("load"), 8);
    for _ in 0..2 {
        load.wait_for_writes(50).await;
        server.crashes_and_restarts().await;
        recovers(&app.ann()).await;
    }
    load.wait_for_writes(50).await;
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&database, "load").await;
}

/// Open connections work; new ones are accepted by the kernel and never answered.
#[actix_web::test]
async fn a_server_that_accepts_no_connections_is_a_503() {
    let (server, database) = OwnServer::start().await;
    let database = Arc::new(database);
    let app = start(&database, database.url()).await;
    warm_up(&app).await;
    let sql = SqlConnection::on(&database).await;
    server.stop_postmaster();
    for _ in 0..20 {
        app.ann().get("/api/tasks").await.is(200);
    }
    assert!(sql.number(TERMINATE).await > 0);
    let started = Instant::now();
    is_unavailable(&app.ann()).await;
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    server.resume();
    recovers(&app.ann()).await;
}

#[actix_web::test]
async fn half_closed_connections_are_replaced() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let proxy = ChaosProxy::start(&database).await;
    let app = start(&database, proxy.url()).await;
    let load = Load::start(&app.user("load"), 4);
    for _ in 0..3 {
        load.wait_for_writes(30).await;
        proxy.half_close().await;
        recovers(&app.ann()).await;
    }
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&database, "load").await;
    proxy.half_close().await;
    recovers(&app.ann()).await;
}

#[actix_web::test]
async fn resets_within_answers_to_writes_lose_none() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let proxy = ChaosProxy::start(&database).await;
    let app = start(&database, proxy.url()).await;
    let load = Load::start(&app.user("load"), 8);
    for bytes in [100, 333, 1_000, 2_000, 3_001, 5_003] {
        load.wait_for_writes(20).await;
        let (connections, _) = proxy.traffic();
        proxy.reset_after(bytes).await;
        // a reset connection is replaced
        while proxy.traffic().0 == connections {
            tokio::task::yield_now().await;
        }
        proxy.restore().await;
        recovers(&app.ann()).await;
    }
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&database, "load").await;
}

#[actix_web::test]
async fn a_connection_limit_that_others_use_up_is_a_503() {
    let (_server, database) = OwnServer::start().await;
    let database = Arc::new(database);
    let admin = SqlConnection::on(&database).await;
    admin.run("create role service login connection limit 12; grant all on schema public to service").await;
    admin.run("do $$ begin execute format('grant create on database %I to service', current_database()); end $$").await;
    let url = database.url().replace("postgres@", "service@");
    let app = start(&database, &url).await;
    warm_up(&app).await;
    // the other client takes the slots that are free, and then those of the service
    let mut others = take_all_connections(&url).await;
    for _ in 0..10 {
        app.ann().get("/api/tasks").await.is(200);
    }
    admin.run("alter role service connection limit 8").await;
    admin.number(TERMINATE).await;
    others.clear();
    while others.len() < 8 {
        others.extend(take_all_connections(&url).await);
        admin
            .number(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'taskbridge'",
            )
            .await;
    }
    is_unavailable(&app.ann()).await;
    drop(others);
    recovers(&app.ann()).await;
}

async fn take_all_connections(url: &str) -> Vec<tokio_postgres::Client> {
    let mut clients = Vec::new();
    while let Ok((client, connection)) = tokio_postgres::connect(url, tokio_postgres::NoTls).await {
        tokio::spawn(connection);
        clients.push(client);
    }
    clients
}

#[actix_web::test]
async fn the_next_host_takes_over() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let (first, second) = (ChaosProxy::start(&database).await, ChaosProxy::start(&database).await);
    let hosts = format!("{},{}", first.address(), second.address());
    let app = start(&database, &first.url().replace(&first.address(), &hosts)).await;
    let load = Load::start(&app.user("load"), 4);
    load.wait_for_writes(30).await;
    assert_eq!(second.traffic().0, 0, "the first host is tried first");
    first.refuse().await;
    recovers(&app.ann()).await;
    load.wait_for_writes(30).await;
    first.restore().await;
    second.refuse().await;
    recovers(&app.ann()).await;
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&database, "load").await;
}

/// Nothing is sent on the connections when their server processes stop, so only the next statement can notice.
#[actix_web::test]
async fn stopped_server_processes_of_idle_connections_are_replaced() {
    let (server, database) = OwnServer::start().await;
    let database = Arc::new(database);
    let app = start(&database, database.url()).await;
    warm_up(&app).await;
    let token = app.token("bob").with("jti", "logged out while the processes are stopped").sign();
    let bob = app.bearer(&token);
    bob.is_accepted().await;
    server.stop_backends(&database).await;
    let stopped_at = Instant::now();
    let other = start(&database, database.url()).await;
    other.bearer(&token).logs_out().await.is(204);
    let is_logged_out = until_silence_ends(stopped_at, async || bob.get("/api/tasks").await.status == 401);
    let is_ready = until_silence_ends(stopped_at, async || app.ann().get("/health/ready").await.status == 200);
    let is_read = until_silence_ends(stopped_at, async || app.ann().get("/api/tasks").await.status == 200);
    let is_written = until_silence_ends(stopped_at, async || {
        app.ann().post("/api/tasks", json!({"title": "afterwards"})).await.status == 201
    });
    join4(is_logged_out, is_ready, is_read, is_written).await;
}

/// Waits until a request, sent on new connections and so to all workers in turn, succeeds several times in a row. No request
/// that is sent after [`MAX_SILENCE`] may fail.
async fn until_silence_ends(stopped_at: Instant, succeeds: impl AsyncFn() -> bool) {
    let mut successes = 0;
    while successes < 8 {
        let sent = stopped_at.elapsed();
        successes = if succeeds().await { successes + 1 } else { 0 };
        assert!(successes > 0 || sent < MAX_SILENCE, "sent after {sent:?}, failed after {:?}", stopped_at.elapsed());
    }
}
