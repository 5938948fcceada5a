//! Connections that are neither answered nor closed: the service replaces them while they stay silent.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    ACCOUNTS, ApiClient, Backend, ChaosProxy, Load, OwnServer, SqlConnection, TestApp, TestDatabase, id,
};

/// The time from the silence to normal service.
const MAX_RECOVERY: Duration = Duration::from_secs(5);

/// A request takes this long at most in normal service.
const MAX_RESPONSE_TIME: Duration = Duration::from_secs(1);

/// The server processes of the services.
const SERVER_PROCESSES: &str = "from pg_stat_activity
    where datname = current_database() and application_name = 'taskbridge' and pid <> pg_backend_pid()";

/// Asserts that every kind of request succeeds in time again, and goes on to.
async fn recovers(silent_since: Instant, client: &ApiClient) {
    while !is_served_normally(client).await {
        assert!(silent_since.elapsed() < MAX_RECOVERY, "not served normally after {:?}", silent_since.elapsed());
    }
    for _ in 0..20 {
        assert!(is_served_normally(client).await, "served normally once, but not again");
    }
}

/// Returns whether a write, reads, an update and the readiness check succeed in time.
async fn is_served_normally(client: &ApiClient) -> bool {
    let round = async {
        let created = client.post("/api/tasks", json!({"title": "Buy milk"})).await;
        if created.status != 201 {
            return false;
        }
        let path = format!("/api/tasks/{}", id(&created.json()));
        client.get(&path).await.status == 200
            && client.get("/api/tasks?q=milk").await.status == 200
            && client.patch(&path, json!({"title": "Buy bread"})).await.status == 200
            && client.get("/health/ready").await.status == 200
    };
    tokio::time::timeout(MAX_RESPONSE_TIME, round).await.unwrap_or_default()
}

/// Asserts that a log-out on another replica is known in time.
async fn learns_of_log_outs(silent_since: Instant, app: &TestApp, other: &TestApp) {
    let token = other.token("bob").with("jti", "logged out during the silence").sign();
    other.bearer(&token).logs_out().await.is(204);
    while app.bearer(&token).get("/api/auth/me").await.status != 401 {
        assert!(silent_since.elapsed() < MAX_RECOVERY, "the log-out is not known");
    }
}

#[actix_web::test]
async fn stopped_server_processes_are_replaced() {
    let (server, database) = OwnServer::start().await;
    let database = Arc::new(database);
    let app = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
    let (load, ann) = (Load::start(&app.user("load"), 4), app.ann());
    load.wait_for_writes(50).await;
    ann.get("/api/tasks").await.is(200);

    server.stop_backends(&database).await;
    let silent_since = Instant::now();
    let other = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
    learns_of_log_outs(silent_since, &app, &other).await;
    recovers(silent_since, &ann).await;
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&database, "load").await;
}

struct AppBehindProxy {
    app: TestApp,
    other: TestApp,
    proxy: ChaosProxy,
}

impl AppBehindProxy {
    async fn start() -> Self {
        let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
        let proxy = ChaosProxy::start(&database).await;
        let other = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
        let app = TestApp::start_on(database, [ACCOUNTS, ("DATABASE_URL", proxy.url())]).await;
        Self { app, other, proxy }
    }
}

#[actix_web::test]
async fn silent_connections_under_load_are_replaced() {
    let setup = AppBehindProxy::start().await;
    let load = Load::start(&setup.app.user("load"), 8);
    load.wait_for_writes(50).await;
    for _ in 0..2 {
        setup.proxy.silence().await;
        let silent_since = Instant::now();
        learns_of_log_outs(silent_since, &setup.app, &setup.other).await;
        recovers(silent_since, &setup.app.ann()).await;
    }
    let report = load.stop().await;
    report.failed_only_with_503();
    report.is_stored_in(&setup.app.database(), "load").await;
}

#[actix_web::test]
async fn silent_idle_connections_are_replaced() {
    let setup = AppBehindProxy::start().await;
    let ann = setup.app.ann();
    assert!(is_served_normally(&ann).await);
    setup.proxy.wait_until_idle().await;
    setup.proxy.silence().await;
    let silent_since = Instant::now();
    recovers(silent_since, &ann).await;
    learns_of_log_outs(silent_since, &setup.app, &setup.other).await;
}

/// A list is cut off within a row, at any byte.
#[actix_web::test]
async fn a_reset_within_a_row_is_not_an_answer() {
    let setup = AppBehindProxy::start().await;
    let ann = setup.app.ann();
    for number in 0..20 {
        ann.creates(json!({"title": format!("{number}"), "description": "x".repeat(1_000)})).await;
    }
    let whole = ann.get("/api/tasks").await.is(200).json();
    for bytes in [1, 5, 100, 1_500, 5_000, 20_000] {
        setup.proxy.reset_after(bytes).await;
        let response = ann.get("/api/tasks").await;
        assert!(response.status == 200 || response.status == 503, "{response:?}");
        if response.status == 200 {
            assert_eq!(response.json(), whole, "after {bytes} bytes");
        }
        setup.proxy.restore().await;
        recovers(Instant::now(), &setup.app.user("afterwards")).await;
    }
}

/// Another client takes the connections that the role may have.
#[actix_web::test]
async fn a_reached_connection_limit_is_a_503() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let sql = SqlConnection::on(&database).await;
    let mut url = url::Url::parse(database.url()).unwrap();
    let role = format!("limited_{}", url.path().trim_start_matches('/'));
    sql.run(&format!("create role {role} login superuser password 'limited'")).await;
    url.set_username(&role).unwrap();
    url.set_password(Some("limited")).unwrap();
    let settings = [("DATABASE_URL", url.as_str()), ("DATABASE_ACQUIRE_TIMEOUT", "500ms")];
    let app = TestApp::start_on(Arc::clone(&database), settings).await;
    let ann = app.ann();
    let task = ann.creates_a_task("Buy milk").await;
    let count = format!("select count(pg_terminate_backend(pid)) {SERVER_PROCESSES}");
    sql.run(&format!("alter role {role} nosuperuser connection limit 0")).await;
    assert!(sql.number(&count).await > 0);
    let response = ann.get("/api/tasks").await.is_problem(503, "unavailable");
    assert_eq!(response.header("retry-after"), Some("1"));
    sql.run(&format!("alter role {role} superuser connection limit -1")).await;
    recovers(Instant::now(), &app.user("afterwards")).await;
    ann.sees(&task).await;
    drop(app);
    sql.run(&format!("drop owned by {role}; drop role {role}")).await;
}
