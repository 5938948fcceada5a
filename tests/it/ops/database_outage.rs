//! The database goes away, and comes back: 503 meanwhile, nothing lost, nothing left over.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{
    ApiClient, ApiResponse, Backend, ChaosProxy, Load, SECRET, SqlConnection, TestApp, TestDatabase, Token,
    hostile::{self, Expect, Hostile},
    id,
};

/// How long the service waits for a connection here.
const ACQUIRE: Duration = Duration::from_secs(1);

/// The longest that a request may take when the database takes it and says nothing: waiting, a statement's limit, grace.
const BOUND: Duration = Duration::from_millis(1_000 + 5_000 + 500 + 1_000);

struct Faulty {
    app: TestApp,
    proxy: ChaosProxy,
    ann: ApiClient,
}

impl Faulty {
    async fn start() -> Self {
        Self::with("8", "2").await
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

    /// Within five seconds all is well, and stays well.
    async fn recovers(&self) {
        let begun = Instant::now();
        for path in ["/api/tasks", "/health/ready"] {
            loop {
                let response = self.ann.get(path).await;
                if response.status == 200 {
                    break;
                }
                response.is_problem(503, "unavailable");
                assert!(begun.elapsed() < Duration::from_secs(5), "{path} does not recover");
            }
        }
        for _ in 0..40 {
            let task = self.ann.creates_a_task("afterwards").await;
            self.ann.sees(&task).await;
        }
    }

    async fn becomes_unready(&self) {
        let begun = Instant::now();
        while self.ann.get("/health/ready").await.status == 200 {
            assert!(begun.elapsed() < Duration::from_secs(5), "still ready");
        }
        self.ann.get("/health/ready").await.is_problem(503, "unavailable");
        self.ann.get("/health/live").await.is(200);
    }
}

/// A 503 that says when to come back, in time.
async fn is_away(within: Duration, request: impl Future<Output = ApiResponse>) {
    let begun = Instant::now();
    let response = request.await.is_problem(503, "unavailable");
    assert_eq!(response.header("retry-after"), Some("1"));
    assert!(begun.elapsed() < within, "after {:?}", begun.elapsed());
}

#[actix_web::test]
async fn a_database_that_is_away_is_a_503_until_it_is_back() {
    let faulty = Faulty::start().await;
    let ann = &faulty.ann;
    let task = ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    faulty.proxy.refuse().await;
    for _ in 0..3 {
        let soon = ACQUIRE + Duration::from_secs(1);
        is_away(soon, ann.get("/api/tasks")).await;
        is_away(soon, ann.get("/api/auth/me")).await;
        is_away(soon, ann.get(&path)).await;
        is_away(soon, ann.post("/api/tasks", json!({"title": "a"}))).await;
        is_away(soon, ann.put(&path, json!({"title": "a"}))).await;
        is_away(soon, ann.patch(&path, json!({"title": "a"}))).await;
        is_away(soon, ann.patch(&format!("{path}/complete"), json!({"completed": true}))).await;
        is_away(soon, ann.delete(&path)).await;
    }
    faulty.becomes_unready().await;
    faulty.app.anonymous().get("/api/tasks").await.is_problem(401, "unauthorized");
    ann.post("/api/tasks", json!({"title": ""})).await.is_problem(422, "invalid-content");
    faulty.proxy.restore().await;
    faulty.recovers().await;
    ann.sees(&task).await;
}

#[actix_web::test]
async fn connections_that_were_cut_are_noticed() {
    let faulty = Faulty::start().await;
    for _ in 0..3 {
        faulty.proxy.cut().await;
        faulty.recovers().await;
    }
}

#[actix_web::test]
async fn a_database_that_says_nothing_holds_nobody_up_for_long() {
    let faulty = Faulty::start().await;
    faulty.ann.creates_a_task("Buy milk").await;
    faulty.proxy.stall().await;
    let requests = (0..12).map(|_| is_away(BOUND, faulty.ann.get("/api/tasks")));
    futures_util::future::join_all(requests).await;
    faulty.becomes_unready().await;
    faulty.proxy.restore().await;
    faulty.recovers().await;
}

#[actix_web::test]
async fn whoever_waits_for_a_lock_or_a_connection_is_told_in_time() {
    let faulty = Faulty::with("1", "1").await;
    let task = faulty.ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    let session = SqlConnection::on(&faulty.app.database()).await;
    session.run("begin; lock table task in access exclusive mode").await;
    // one waits for the lock, the others for the only connection
    let patient = is_away(BOUND, faulty.ann.get(&path));
    let others = futures_util::future::join_all((0..4).map(|_| is_away(BOUND, faulty.ann.get("/api/tasks"))));
    futures_util::future::join(patient, others).await;
    session.run("rollback").await;
    faulty.recovers().await;
}

#[actix_web::test]
async fn a_row_that_another_holds_is_a_503_for_its_writers_only() {
    let faulty = Faulty::start().await;
    let (task, other) = (faulty.ann.creates_a_task("held").await, faulty.ann.creates_a_task("free").await);
    let [held, free] = [&task, &other].map(|task| format!("/api/tasks/{}", id(task)));
    let session = SqlConnection::on(&faulty.app.database()).await;
    session.run("begin; update task set title = title where title = 'held'").await;
    let waits = is_away(BOUND, faulty.ann.patch(&held, json!({"title": "changed"})));
    let others = async {
        faulty.ann.sees(&task).await;
        faulty.ann.patch(&free, json!({"title": "changed"})).await.is(200);
    };
    futures_util::future::join(waits, others).await;
    session.run("rollback").await;
    faulty.ann.sees(&task).await;
    faulty.recovers().await;
}

#[actix_web::test]
async fn a_database_that_does_not_know_us_any_more_is_away_too() {
    let faulty = Faulty::start().await;
    let elsewhere = TestDatabase::new(Backend::Postgres).await;
    let session = SqlConnection::on(&elsewhere).await;
    let url = url::Url::parse(faulty.proxy.url()).unwrap();
    let name = url.path().trim_start_matches('/');
    faulty.proxy.cut().await;
    session.run(&format!("alter database {name} rename to {name}_away")).await;
    is_away(ACQUIRE + Duration::from_secs(1), faulty.ann.get("/api/tasks")).await;
    session.run(&format!("alter database {name}_away rename to {name}")).await;
    faulty.recovers().await;
}

#[actix_web::test]
async fn terminated_sessions_cost_a_few_503s_and_no_acknowledged_write() {
    let faulty = Faulty::start().await;
    let load = Load::start(&faulty.ann, 4);
    let session = SqlConnection::on(&faulty.app.database()).await;
    let all = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    for _ in 0..3 {
        load.wait_for_writes(50).await;
        assert!(session.number(all).await > 0);
    }
    load.wait_for_writes(50).await;
    let account = load.stop().await;
    account.failed_only_with_503();
    let rejected: usize = account.rejected.values().sum();
    assert!((1..=24).contains(&rejected), "{rejected} rejected: each of eight connections may fail once each time");
    assert!(account.slowest < Duration::from_secs(3), "{:?}", account.slowest);
    account.is_stored_in(&faulty.app.database(), "ann").await;
    faulty.recovers().await;
}

#[actix_web::test]
async fn a_cut_in_mid_load_loses_no_acknowledged_write() {
    let faulty = Faulty::start().await;
    let load = Load::start(&faulty.ann, 8);
    for _ in 0..5 {
        load.wait_for_writes(20).await;
        faulty.proxy.cut().await;
    }
    load.wait_for_writes(20).await;
    faulty.proxy.refuse().await;
    is_away(ACQUIRE + Duration::from_secs(2), faulty.ann.get("/api/tasks")).await;
    faulty.proxy.restore().await;
    load.wait_for_writes(50).await;
    let account = load.stop().await;
    account.failed_only_with_503();
    account.is_stored_in(&faulty.app.database(), "ann").await;
}

#[actix_web::test]
async fn bad_tokens_cost_no_database_work() {
    let faulty = Faulty::start().await;
    faulty.ann.creates_a_task("Buy milk").await;
    let before = faulty.proxy.wait_until_idle().await;
    let now = faulty.app.now();
    let mut tokens: Vec<_> = hostile::corpus(SECRET, now.timestamp()).into_iter().filter_map(bearer).collect();
    tokens.push(Token::new("ann", now).signed_with("another-secret-of-more-than-32-bytes").sign());
    assert!(tokens.len() > 100, "{}", tokens.len());
    for token in tokens {
        faulty.app.bearer(&*token).get("/api/tasks").await.is_problem(401, "unauthorized");
    }
    assert_eq!(faulty.proxy.wait_until_idle().await, before);
}

/// The token of a request that is hostile by its token alone.
fn bearer(hostile: Hostile) -> Option<String> {
    let [field] = <[_; 1]>::try_from(hostile.authorization).ok()?;
    let token = String::from_utf8(field).ok()?.strip_prefix("Bearer ")?.to_owned();
    let is_sendable = token.len() < 8_000 && token.bytes().all(|byte| byte.is_ascii_graphic());
    (is_sendable && hostile.other.is_empty() && hostile.expect == Expect::InvalidToken).then_some(token)
}
