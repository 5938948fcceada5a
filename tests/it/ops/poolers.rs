//! The service behind `PgBouncer` in transaction mode: everything works, nothing of another client is seen.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    ACCOUNTS, ApiClient, Backend, Load, PgBouncer, Program, SECRET, SOON, SqlConnection, TestApp, TestDatabase, id,
    password,
};

/// Leaves the detection to the service; an empty setting is unset.
const DETECTED: (&str, &str) = ("DATABASE_POOLER", "");
const DECLARED: (&str, &str) = ("DATABASE_POOLER", "transaction");

/// How long a start may take that a wrong setting ends.
const MAX_FAILED_START: Duration = Duration::from_secs(3);

/// Two services behind one pooler.
struct Pooled {
    one: TestApp,
    two: TestApp,
    database: Arc<TestDatabase>,
    _pooler: PgBouncer,
}

impl Pooled {
    async fn start(pool_size: u32, pooler: (&str, &str)) -> Self {
        Self::start_with(pool_size, pooler, false).await
    }

    async fn start_with(pool_size: u32, setting: (&str, &str), listens: bool) -> Self {
        let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
        let pooler = PgBouncer::start(&database, pool_size).await;
        let listen_url = if listens { database.url() } else { "" };
        let settings = [("DATABASE_URL", pooler.url()), ("DATABASE_LISTEN_URL", listen_url), setting, ACCOUNTS];
        let one = TestApp::start_on(Arc::clone(&database), settings).await;
        let two = TestApp::start_on(Arc::clone(&database), settings).await;
        Self { one, two, database, _pooler: pooler }
    }

    /// The time until the second replica rejects a session that was logged out at the first.
    async fn log_out_delay(&self, name: &str) -> Duration {
        let user = self.one.anonymous().signs_up(name).await;
        let there = self.two.bearer(user.access_token());
        there.is_accepted().await;
        user.logs_out().await.is(204);
        let started = Instant::now();
        while there.get("/api/tasks").await.status == 200 {
            assert!(started.elapsed() < SOON, "{name} is still accepted");
        }
        let delay = started.elapsed();
        there.is_rejected().await;
        delay
    }
}

#[actix_web::test]
async fn a_pooler_is_declared_or_detected() {
    for setting in [DECLARED, DETECTED] {
        let pooled = Pooled::start(2, setting).await;
        let migrated = "select count(*) from seaql_migrations";
        assert!(SqlConnection::on(&pooled.database).await.number(migrated).await > 0);
        tasks_work(&pooled.one.ann(), &pooled.two.ann()).await;
        accounts_work(&pooled.one.anonymous()).await;
        pooled.log_out_delay("dora").await;
    }
}

/// A second replica starts while the first keeps every server connection of the pooler busy.
#[actix_web::test]
async fn a_busy_pooler_is_detected() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let pooler = PgBouncer::start(&database, 3).await;
    let settings = [("DATABASE_URL", pooler.url()), ACCOUNTS];
    let one = TestApp::start_on(Arc::clone(&database), settings).await;
    let load = Load::start(&one.ann(), 8);
    let program = settings.into_iter().fold(Program::on(&database), |program, (name, value)| program.with(name, value));
    for _ in 0..5 {
        let process = program.serve().await;
        process.has_logged("connection pooler detected").await;
    }
    let report = load.stop().await;
    assert!(report.rejected.is_empty() && report.unanswered == 0, "{report:?}");
}

/// Behind a pooler the server has no time limit for a single statement.
#[actix_web::test]
async fn a_write_that_times_out_is_cancelled() {
    let pooled = Pooled::start(4, DETECTED).await;
    let ann = pooled.one.ann();
    ann.creates_a_task("first").await;
    let sql = SqlConnection::on(&pooled.database).await;
    sql.run("begin; select revision from task_counter where user_id = 'ann' for update").await;
    for _ in 0..2 {
        ann.post("/api/tasks", json!({"title": "late"})).await.is_problem(503, "unavailable");
        pooled.database.wait_for_no_lock().await;
    }
    sql.run("rollback").await;
    assert_eq!(ann.titles("sort=title").await, ["first"]);
}

/// The log says why log-outs are polled.
#[actix_web::test]
async fn a_direct_url_that_cannot_be_reached_is_logged() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let program = Program::on(&database).with("DATABASE_LISTEN_URL", "postgres://nobody@127.0.0.1:1/none");
    let mut process = program.serve().await;
    process.logs("cannot listen for notifications, polling instead").await;
}

async fn tasks_work(ann: &ApiClient, elsewhere: &ApiClient) {
    for title in ["a", "b", "c", "d", "e"] {
        elsewhere.sees(&ann.creates_a_task(title).await).await;
    }
    assert_eq!(ann.titles("sort=title&limit=2").await, ["a", "b", "c", "d", "e"]);
    assert_eq!(elsewhere.titles("sort=-title&limit=2").await, ["e", "d", "c", "b", "a"]);
    assert_eq!(ann.titles("q=c").await, ["c"]);
    let task = ann.creates(json!({"title": "f", "tags": ["x"], "due_at": "2036-01-01T00:00:00Z"})).await;
    let path = format!("/api/tasks/{}", id(&task));
    assert_eq!(ann.patch(&path, json!({"title": "g"})).await.is(200).json()["title"], "g");
    ann.put(&path, json!({"title": "h"})).await.is(200);
    elsewhere.patch(&format!("{path}/complete"), json!({"completed": true})).await.is(200);
    ann.delete(&path).await.is(204);
    elsewhere.get(&path).await.is(404);
}

async fn accounts_work(anonymous: &ApiClient) {
    let ann = anonymous.signs_up("ann").await;
    anonymous.tries_to_sign_up("ann").await.is(409);
    ann.get("/api/auth/me").await.is(200);
    let refreshed = ann.refreshes().await;
    let again = anonymous.logs_in("ann").await;
    again.is_accepted().await;
    refreshed.logs_out().await.is(204);
    refreshed.is_signed_out().await;
    again.is_still_signed_in().await;
}

#[actix_web::test]
async fn two_replicas_share_a_small_pool() {
    for setting in [DECLARED, DETECTED] {
        let pooled = Pooled::start(2, setting).await;
        mixed_requests(&pooled, 8, 40).await;
        assert_eq!(pooled.one.ann().get("/health/ready").await.status, 200);
    }
}

/// With one server connection, whatever a client leaves on it is met by the next.
#[actix_web::test]
async fn one_server_connection_mixes_up_no_users() {
    for setting in [DECLARED, DETECTED] {
        let pooled = Pooled::start(1, setting).await;
        mixed_requests(&pooled, 6, 25).await;
        for name in ["dora", "emil", "fay"] {
            pooled.log_out_delay(name).await;
        }
        assert_eq!(pooled.one.anonymous().signs_up("gil").await.delete_account().await, 204);
    }
}

impl ApiClient {
    async fn delete_account(&self) -> u16 {
        let body = json!({"password": password("gil")});
        let request = self.request(reqwest::Method::DELETE, "/api/auth/me").json(&body);
        request.send().await.unwrap().status().as_u16()
    }
}

/// Users change, list and read their tasks at both replicas at once; nobody sees another's, and no request fails.
async fn mixed_requests(pooled: &Pooled, users: usize, rounds: usize) {
    let user = |number: usize| {
        let name = format!("user{number}");
        let (here, there) = (pooled.one.user(&name), pooled.two.user(&name));
        async move {
            let mut titles = BTreeMap::new();
            for round in 0..rounds {
                let (here, there) = if round % 2 == 0 { (&here, &there) } else { (&there, &here) };
                let task = here.creates_a_task(&format!("{name} {round}")).await;
                let path = format!("/api/tasks/{}", id(&task));
                let (renamed, body) = (format!("{name} {round}!"), json!({"title": format!("{name} {round}!")}));
                there.patch(&path, body).await.is(200);
                assert_eq!(here.get(&path).await.is(200).json()["title"], *renamed);
                if round % 3 == 0 {
                    there.delete(&path).await.is(204);
                } else {
                    titles.insert(id(&task).to_owned(), renamed);
                }
                let listed = there.pages("limit=10").await.into_iter().flatten();
                let listed: BTreeMap<_, _> =
                    listed.map(|task| (id(&task).to_owned(), task["title"].as_str().unwrap().to_owned())).collect();
                assert_eq!(listed, titles, "{name}");
            }
        }
    };
    join_all((0..users).map(user)).await;
}

#[actix_web::test]
async fn a_direct_url_for_notifications_makes_log_outs_fast() {
    let pooled = Pooled::start_with(2, DETECTED, true).await;
    let mut delays = Vec::new();
    for name in ["ann", "bob", "carol", "dora", "emil", "fay", "gus"] {
        delays.push(pooled.log_out_delay(name).await);
    }
    delays.sort();
    // polling takes a quarter of a second on average
    assert!(delays[3] < Duration::from_millis(100), "{delays:?}");
}

#[actix_web::test]
async fn a_setting_that_the_pooler_refuses_stops_the_start() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let pooler = PgBouncer::start(&database, 2).await;
    let options = format!("{}&options=-c%20work_mem%3D8MB", pooler.url());
    let mut elsewhere = url::Url::parse(pooler.url()).unwrap();
    elsewhere.set_path("/taskbridge_no_such_database");
    let refused = [(options.as_str(), "unsupported startup parameter"), (elsewhere.as_str(), "no such database")];
    let starts = refused.map(|(url, reason)| fails_quickly_with(url, "", reason, 1));
    join_all(starts).await;
    fails_quickly_with(pooler.url(), "pgpool", "DATABASE_POOLER", 2).await;
}

async fn fails_quickly_with(url: &str, pooler: &str, reason: &str, code: i32) {
    let program = Program::new().with("DATABASE_URL", url).with("BETTER_AUTH_SECRET", SECRET);
    let program = program.with("DATABASE_POOLER", if pooler.is_empty() { "auto" } else { pooler });
    let started = Instant::now();
    let output = program.run(&[]).await;
    assert!(started.elapsed() < MAX_FAILED_START, "{:?}: {output:?}", started.elapsed());
    assert_eq!(output.code, Some(code), "{output:?}");
    assert!(output.stderr.lines().last().unwrap().contains(reason), "{output:?}");
    assert!(!output.stderr.contains("database unavailable"), "{output:?}");
}
