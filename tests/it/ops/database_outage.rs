//! Database outages: 503 meanwhile, recovery afterwards, no acknowledged write lost.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{
    ApiClient, ApiResponse, Backend, ChaosProxy, Load, SECRET, SqlConnection, TestApp, TestDatabase, Token,
    hostile::{self, Expect, HostileRequest},
    id,
};

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(1);

/// The longest response time if the database accepts a statement and stalls: acquire and statement timeouts, and a margin.
const MAX_RESPONSE_TIME: Duration = Duration::from_millis(1_000 + 5_000 + 500 + 1_000);

struct AppBehindProxy {
    app: TestApp,
    proxy: ChaosProxy,
    ann: ApiClient,
}

impl AppBehindProxy {
    async fn start() -> Self {
        Self::with("11", "2").await
    }

    async fn with(connections: &str, workers: &str) -> Self {
        let database = TestDatabase::new(Backend::Postgres).await;
        let proxy = ChaosProxy::start(&database).await;
        let settings = [
            ("DATABASE_URL", proxy.url()),
            ("DATABASE_ACQUIRE_TIMEOUT", "1s"),
            ("DATABASE_MAX_CONNECTIONS", connections),
            ("WORKERS", workers),
        ];
        let app = TestApp::start_on(database.into(), settings).await;
        let ann = app.ann();
        Self { app, proxy, ann }
    }

    /// Asserts that the service recovers within five seconds and stays available.
    async fn recovers(&self) {
        let started = Instant::now();
        for path in ["/api/tasks", "/health/ready"] {
            loop {
                let response = self.ann.get(path).await;
                if response.status == 200 {
                    break;
                }
                response.is_problem(503, "unavailable");
                assert!(started.elapsed() < Duration::from_secs(5), "{path} does not recover");
            }
        }
        for _ in 0..40 {
            let task = self.ann.creates_a_task("afterwards").await;
            self.ann.sees(&task).await;
        }
    }

    async fn becomes_unready(&self) {
        let started = Instant::now();
        while self.ann.get("/health/ready").await.status == 200 {
            assert!(started.elapsed() < Duration::from_secs(5), "still ready");
        }
        self.ann.get("/health/ready").await.is_problem(503, "unavailable");
        self.ann.get("/health/live").await.is(200);
    }
}

/// Asserts a 503 with `Retry-After` within this time.
async fn is_unavailable_within(limit: Duration, request: impl Future<Output = ApiResponse>) {
    let started = Instant::now();
    let response = request.await.is_problem(503, "unavailable");
    assert_eq!(response.header("retry-after"), Some("1"));
    assert!(started.elapsed() < limit, "after {:?}", started.elapsed());
}

#[actix_web::test]
async fn an_unavailable_database_is_a_503() {
    let setup = AppBehindProxy::start().await;
    let ann = &setup.ann;
    let task = ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    let complete = format!("{path}/complete");
    setup.proxy.refuse().await;
    for _ in 0..3 {
        let limit = ACQUIRE_TIMEOUT + Duration::from_secs(1);
        tokio::join!(
            is_unavailable_within(limit, ann.get("/api/tasks")),
            is_unavailable_within(limit, ann.get("/api/auth/me")),
            is_unavailable_within(limit, ann.get(&path)),
            is_unavailable_within(limit, ann.post("/api/tasks", json!({"title": "a"}))),
            is_unavailable_within(limit, ann.put(&path, json!({"title": "a"}))),
            is_unavailable_within(limit, ann.patch(&path, json!({"title": "a"}))),
            is_unavailable_within(limit, ann.patch(&complete, json!({"completed": true}))),
            is_unavailable_within(limit, ann.delete(&path)),
        );
    }
    setup.becomes_unready().await;
    setup.app.anonymous().get("/api/tasks").await.is_problem(401, "unauthorized");
    ann.post("/api/tasks", json!({"title": ""})).await.is_problem(422, "invalid-content");
    setup.proxy.restore().await;
    setup.recovers().await;
    ann.sees(&task).await;
}

#[actix_web::test]
async fn cut_connections_are_replaced() {
    let setup = AppBehindProxy::start().await;
    for _ in 0..3 {
        setup.proxy.cut().await;
        setup.recovers().await;
    }
}

#[actix_web::test]
async fn a_stalled_database_times_out() {
    let setup = AppBehindProxy::start().await;
    setup.ann.creates_a_task("Buy milk").await;
    setup.proxy.stall().await;
    let requests = (0..12).map(|_| is_unavailable_within(MAX_RESPONSE_TIME, setup.ann.get("/api/tasks")));
    futures_util::future::join_all(requests).await;
    setup.becomes_unready().await;
    setup.proxy.restore().await;
    setup.recovers().await;
}

#[actix_web::test]
async fn waits_for_locks_and_connections_time_out() {
    let setup = AppBehindProxy::with("5", "1").await;
    let task = setup.ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    let sql = SqlConnection::on(&setup.app.database()).await;
    sql.run("begin; lock table task in access exclusive mode").await;
    // one request waits for the lock, the others for the only connection
    let waits_for_lock = is_unavailable_within(MAX_RESPONSE_TIME, setup.ann.get(&path));
    let others = futures_util::future::join_all(
        (0..4).map(|_| is_unavailable_within(MAX_RESPONSE_TIME, setup.ann.get("/api/tasks"))),
    );
    futures_util::future::join(waits_for_lock, others).await;
    sql.run("rollback").await;
    setup.recovers().await;
}

#[actix_web::test]
async fn a_locked_row_is_a_503_for_its_writers_only() {
    let setup = AppBehindProxy::start().await;
    let (task, other) = (setup.ann.creates_a_task("held").await, setup.ann.creates_a_task("free").await);
    let [held, free] = [&task, &other].map(|task| format!("/api/tasks/{}", id(task)));
    let sql = SqlConnection::on(&setup.app.database()).await;
    sql.run("begin; update task set title = title where title = 'held'").await;
    let waits_for_row = is_unavailable_within(MAX_RESPONSE_TIME, setup.ann.patch(&held, json!({"title": "changed"})));
    let others = async {
        setup.ann.sees(&task).await;
        setup.ann.patch(&free, json!({"title": "changed"})).await.is(200);
    };
    futures_util::future::join(waits_for_row, others).await;
    sql.run("rollback").await;
    setup.ann.sees(&task).await;
    setup.recovers().await;
}

/// Creates that share a commit wait for the lock together, not one after another.
#[actix_web::test]
async fn a_locked_counter_delays_creates_of_its_user_once() {
    let setup = AppBehindProxy::start().await;
    let bob = setup.app.bob();
    let ann = &setup.ann;
    ann.creates_a_task("first").await;
    let sql = SqlConnection::on(&setup.app.database()).await;
    sql.run("begin; select revision from task_counter where user_id = 'ann' for update").await;
    let creates =
        (0..24).map(|_| is_unavailable_within(2 * MAX_RESPONSE_TIME, ann.post("/api/tasks", json!({"title": "a"}))));
    futures_util::future::join_all(creates).await;
    bob.creates_a_task("Buy milk").await;
    sql.run("rollback").await;
    assert_eq!(ann.titles("sort=title").await, ["first"]);
    setup.recovers().await;
}

#[actix_web::test]
async fn a_renamed_database_is_a_503() {
    let setup = AppBehindProxy::start().await;
    let other = TestDatabase::new(Backend::Postgres).await;
    let sql = SqlConnection::on(&other).await;
    let url = url::Url::parse(setup.proxy.url()).unwrap();
    let name = url.path().trim_start_matches('/');
    // no connection may be open, nor be opened again before the database has its other name
    setup.proxy.refuse().await;
    sql.wait_until_empty(&format!("pg_stat_activity where datname = '{name}'")).await;
    sql.run(&format!("alter database {name} rename to {name}_away")).await;
    setup.proxy.restore().await;
    is_unavailable_within(ACQUIRE_TIMEOUT + Duration::from_secs(1), setup.ann.get("/api/tasks")).await;
    sql.run(&format!("alter database {name}_away rename to {name}")).await;
    setup.recovers().await;
}

#[actix_web::test]
async fn terminated_connections_lose_no_acknowledged_write() {
    let setup = AppBehindProxy::start().await;
    let load = Load::start(&setup.ann, 4);
    let sql = SqlConnection::on(&setup.app.database()).await;
    let all = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    for _ in 0..3 {
        load.wait_for_writes(50).await;
        assert!(sql.number(all).await > 0);
    }
    load.wait_for_writes(50).await;
    let report = load.stop().await;
    report.failed_only_with_503();
    let rejected: usize = report.rejected.values().sum();
    assert!((1..=24).contains(&rejected), "{rejected} rejected: each of eight connections may fail once each time");
    assert!(report.slowest < Duration::from_secs(3), "{:?}", report.slowest);
    report.is_stored_in(&setup.app.database(), "ann").await;
    setup.recovers().await;
}

#[actix_web::test]
async fn a_cut_under_load_loses_no_acknowledged_write() {
    let setup = AppBehindProxy::start().await;
    let load = Load::start(&setup.ann, 8);
    for _ in 0..5 {
        load.wait_for_writes(20).await;
        setup.proxy.cut().await;
    }
    load.wait_for_writes(20).await;
    setup.proxy.refuse().await;
    is_unavailable_within(ACQUIRE_TIMEOUT + Duration::from_secs(2), setup.ann.get("/api/tasks")).await;
    setup.proxy.restore().await;
    load.wait_for_writes(50).await;
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&setup.app.database(), "ann").await;
}

#[actix_web::test]
async fn invalid_tokens_cause_no_database_traffic() {
    let setup = AppBehindProxy::start().await;
    setup.ann.creates_a_task("Buy milk").await;
    let before = setup.proxy.wait_until_idle().await;
    let now = setup.app.now();
    let mut tokens: Vec<_> = hostile::corpus(SECRET, now.timestamp()).into_iter().filter_map(bearer).collect();
    tokens.push(Token::new("ann", now).signed_with("another-secret-of-more-than-32-bytes").sign());
    assert!(tokens.len() > 100, "{}", tokens.len());
    for token in tokens {
        setup.app.bearer(&*token).get("/api/tasks").await.is_problem(401, "unauthorized");
    }
    assert_eq!(setup.proxy.wait_until_idle().await, before);
}

/// The token of a request that has no other defect.
fn bearer(hostile: HostileRequest) -> Option<String> {
    let [field] = <[_; 1]>::try_from(hostile.authorization).ok()?;
    let token = String::from_utf8(field).ok()?.strip_prefix("Bearer ")?.to_owned();
    let is_sendable = token.len() < 8_000 && token.bytes().all(|byte| byte.is_ascii_graphic());
    (is_sendable && hostile.other.is_empty() && hostile.expect == Expect::InvalidToken).then_some(token)
}
