//! Outages of the key server: at start-up, later, and for longer than `JWKS_STALE_MAX`.

use std::time::{Duration as Time, Instant};

use chrono::Duration;
use serde_json::json;

use crate::support::{Backend, ChaosProxy, Issuer, KeyServer, NO_SECRET, Reply, TestApp, TestDatabase};

const TASKS: &str = "/api/tasks";
const READY: &str = "/health/ready";

async fn is_ready(app: &TestApp, key_set: &str) {
    assert_eq!(app.anonymous().get(READY).await.is(200).json(), json!({"status": "ok", "key_set": key_set}));
}

/// A service whose key server stopped after its keys were fetched.
async fn app_after_key_server_stopped() -> (KeyServer, Issuer, TestApp) {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    is_ready(&app, "fresh").await;
    keys.stops_listening().await;
    (keys, issuer, app)
}

/// An unknown kid makes the service fetch, which fails.
async fn outage_is_noticed(issuer: &Issuer, app: &TestApp) {
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&issuer.rotated()).get(TASKS).await.reports_keys_unavailable();
}

#[actix_web::test]
async fn the_service_starts_without_its_key_server() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.stops_listening().await;
    let started = Instant::now();
    let app = TestApp::with_key_server(&keys).await;
    assert!(started.elapsed() < Time::from_secs(5), "{:?}", started.elapsed());
    app.anonymous().get("/health/live").await.is(200);
    app.ann_of(&issuer).eventually_gets(TASKS, 503).await.reports_keys_unavailable();
    let problem = app.anonymous().get(READY).await.is_problem(503, "unavailable").json();
    assert_eq!(problem["detail"], "The key set is unavailable.");
    app.anonymous().get(TASKS).await.requires_a_token();

    keys.listens_again().await;
    app.advance_clock(Duration::seconds(30));
    keys.wait_for_fetches(1).await;
    app.anonymous().eventually_gets(READY, 200).await;
    is_ready(&app, "fresh").await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn a_request_triggers_a_fetch_after_the_cooldown() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.stops_listening().await;
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&issuer).eventually_gets(TASKS, 503).await.reports_keys_unavailable();
    keys.listens_again().await;
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
    assert_eq!(keys.fetches(), 0);
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn known_keys_verify_and_unknown_kids_are_503() {
    let (keys, issuer, app) = app_after_key_server_stopped().await;
    outage_is_noticed(&issuer, &app).await;
    is_ready(&app, "stale").await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    app.ann_of(&issuer).creates_a_task("Buy milk").await;
    // these are invalid with any key set
    app.bearer(issuer.token("ann", app.now()).signed_by(&issuer.rotated())).get(TASKS).await.rejects_the_token();
    app.bearer("a.b.c").get(TASKS).await.rejects_the_token();
    app.bearer(issuer.token("ann", app.now()).with_header("alg", "HS256").sign()).get(TASKS).await.rejects_the_token();

    let new = keys.rotates(&issuer);
    keys.listens_again().await;
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    is_ready(&app, "fresh").await;
    app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn keys_expire_after_24_hours() {
    let (keys, issuer, app) = app_after_key_server_stopped().await;
    app.advance_clock(Duration::hours(24) - Duration::minutes(1));
    outage_is_noticed(&issuer, &app).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    is_ready(&app, "stale").await;
    app.advance_clock(Duration::minutes(1));
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
    app.anonymous().get(READY).await.is_problem(503, "unavailable");
    keys.listens_again().await;
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&issuer).get(TASKS).await.is(200);
    is_ready(&app, "fresh").await;
}

#[actix_web::test]
async fn jwks_stale_max_is_configurable() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &[("JWKS_STALE_MAX", "1h")]).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    keys.stops_listening().await;
    app.advance_clock(Duration::minutes(59));
    app.ann_of(&issuer).get(TASKS).await.is(200);
    app.advance_clock(Duration::minutes(2));
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
}

/// Known keys are used during a fetch, even at their maximum age.
#[actix_web::test]
async fn the_service_stays_ready_during_a_refresh() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &[("JWKS_MAX_AGE", "10m"), ("JWKS_STALE_MAX", "10m")]).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    keys.holds_responses();
    app.advance_clock(Duration::minutes(10));
    app.ann_of(&issuer).get(TASKS).await.is(200);
    is_ready(&app, "fresh").await;
    keys.wait_for_fetches(2).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    is_ready(&app, "fresh").await;
}

/// The service fetches again after each cool-down and not before.
#[actix_web::test]
async fn a_failing_server_is_asked_once_a_cooldown() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.answers(Reply::status(500));
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
    for asked in 1..=4 {
        for _ in 0..20 {
            app.ann_of(&issuer.rotated()).get(TASKS).await.reports_keys_unavailable();
        }
        assert_eq!(keys.fetches(), asked);
        app.advance_clock(Duration::seconds(30));
        keys.wait_for_fetches(asked + 1).await;
    }
}

/// Requests wait for the first set until `JWKS_TIMEOUT`.
#[actix_web::test]
async fn waiting_for_the_first_set_times_out() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.answers(Reply::silence());
    let app = TestApp::with_key_server_and(&keys, &[("JWKS_TIMEOUT", "1s")]).await;
    let started = Instant::now();
    app.ann_of(&issuer).get(TASKS).await.reports_keys_unavailable();
    assert!(started.elapsed() < Time::from_secs(3), "{:?}", started.elapsed());
}

/// Liveness checks neither the database nor the key set.
#[actix_web::test]
async fn readiness_names_what_is_unavailable() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let (proxy, (keys, issuer)) = (ChaosProxy::start(&database).await, KeyServer::with_issuer("EdDSA").await);
    let url = keys.url();
    let settings = [("DATABASE_URL", proxy.url()), NO_SECRET, ("JWKS_URL", &url)];
    let app = TestApp::start_on(database.into(), settings).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    is_ready(&app, "fresh").await;
    let reports = async |detail: &str| {
        let problem = app.anonymous().eventually_gets(READY, 503).await.is_problem(503, "unavailable").json();
        assert_eq!(problem["detail"], detail);
        app.anonymous().get("/health/live").await.is(200);
    };
    proxy.refuse().await;
    reports("The database is unavailable.").await;
    keys.stops_listening().await;
    outage_is_noticed(&issuer, &app).await;
    reports("The database is unavailable.").await;
    app.advance_clock(Duration::hours(24));
    reports("The database and the key set are unavailable.").await;
    proxy.restore().await;
    let started = Instant::now();
    while app.anonymous().get(READY).await.json()["detail"] != "The key set is unavailable." {
        assert!(started.elapsed() < Time::from_secs(10), "readiness still misses the database");
    }
}
