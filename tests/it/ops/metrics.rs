//! Metrics: what is counted, that it is documented, and that no input becomes a label.
#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;
use taskbridge::clock::Clock;

use super::shutdown::SlowRequest;
use crate::support::{
    ACCOUNTS, ApiResponse, Backend, ChaosProxy, KeyServer, Process, Program, SECRET, Scraper, TestDatabase, Token,
    TraceCollector, email, hostile, id, password,
};

/// What Prometheus 2.42 sends.
const PROMETHEUS_ACCEPT: &str = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;\
    q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/// The database is deleted when it is dropped.
async fn serve(backend: Backend) -> (TestDatabase, Process, Scraper) {
    let database = TestDatabase::new(backend).await;
    let (process, scraper) = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).serve_with_metrics().await;
    (database, process, scraper)
}

/// The families of the table in `docs/deploying.md`, and their types.
fn documented() -> BTreeMap<&'static str, &'static str> {
    const PAGE: &str = include_str!("../../../docs/deploying.md");
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let families = rows.filter(|(name, _)| name.starts_with("taskbridge_") || name.starts_with("process_"));
    families.map(|(name, rest)| (name, rest.split(" | ").next().unwrap())).collect()
}

#[actix_web::test]
async fn every_family_is_documented() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let database = TestDatabase::new(Backend::Sqlite).await;
    let program = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).with("JWKS_URL", &keys.url());
    let (process, scraper) = program.serve_with_metrics().await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get("/api/tasks").await.is(200);
    assert_eq!(scraper.scrapes().await.families(), documented());
}

#[actix_web::test]
async fn requests_are_counted_by_operation_and_status() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let (_database, process, scraper) = serve(backend).await;
        let ann = process.user("ann");
        let task = ann.creates_a_task("Buy milk").await;
        ann.sees(&task).await;
        for path in ["/api/tasks", "/tasks", "/api/ann/tasks"] {
            ann.get(path).await.is(200);
        }
        ApiResponse::to(ann.request(Method::HEAD, "/api/tasks")).await.is(200);
        process.anonymous().get("/api/tasks").await.is(401);
        ann.get("/nowhere").await.is(404);
        ann.delete("/api/tasks").await.is(405);

        let metrics = scraper.scrapes().await;
        for (operation, status, count) in [
            ("createTask", 201, 1.0),
            ("getTask", 200, 1.0),
            ("listTasks", 200, 4.0),
            ("listTasks", 401, 1.0),
            ("other", 404, 1.0),
            ("other", 405, 1.0),
        ] {
            let labels = format!("{{operation=\"{operation}\",status=\"{status}\"}}");
            assert_eq!(metrics.value(&format!("taskbridge_http_requests_total{labels}")), count, "{labels}");
            let measured = metrics.value(&format!("taskbridge_http_request_duration_seconds_count{labels}"));
            assert_eq!(measured, count, "{labels}");
        }
        assert_eq!(metrics.value("taskbridge_http_requests_in_flight"), 0.0);
        assert!(metrics.value("taskbridge_db_statement_duration_seconds_count{kind=\"read\"}") >= 4.0);
        assert_eq!(metrics.value("taskbridge_db_commit_group_size_sum"), 1.0, "{backend:?}");
        assert_eq!(metrics.value("taskbridge_db_connections") > 0.0, backend == Backend::Postgres);
        assert!(metrics.value("process_resident_memory_bytes") > 1e6);
    }
}

#[actix_web::test]
async fn verifications_log_ins_and_rate_limits_are_counted() {
    let (_database, process, scraper) = serve(Backend::Sqlite).await;
    let (anonymous, now) = (process.anonymous(), Clock::system().now());
    let ann = anonymous.signs_up("ann").await;
    anonymous.tries_to_log_in(&email("ann"), "a wrong password").await.is(401);
    anonymous.tries_to_log_in(&email("ann"), &password("ann")).await.is(200);
    ann.is_accepted().await;
    process.user("bob").get("/api/tasks").await.is(200);
    let rejected = [
        Token::new("bob", now - chrono::Duration::hours(9)).sign(),
        Token::new("bob", now).signed_with("another-secret-of-more-than-32-bytes").sign(),
        "no-token".to_owned(),
    ];
    for token in rejected {
        process.bearer(token).get("/api/tasks").await.is(401);
    }
    ann.logs_out().await.is(204);
    ann.is_rejected().await;

    let metrics = scraper.scrapes().await;
    let counted = |kind, outcome| {
        metrics.value(&format!("taskbridge_token_verifications_total{{kind=\"{kind}\",outcome=\"{outcome}\"}}"))
    };
    assert!(counted("access_token", "verified") >= 1.0);
    assert!(counted("access_token", "revoked") >= 1.0);
    assert_eq!(counted("shared_secret", "verified"), 1.0);
    assert_eq!(counted("shared_secret", "expired"), 1.0);
    assert_eq!(counted("shared_secret", "invalid_signature"), 1.0);
    assert_eq!(counted("unknown", "format"), 1.0);
    assert_eq!(
        metrics.value("taskbridge_rate_limit_decisions_total{limit=\"log_in_per_address\",outcome=\"allowed\"}"),
        2.0
    );
    assert_eq!(metrics.value("taskbridge_password_hashing_duration_seconds_count"), 3.0);
    assert_eq!(metrics.value("taskbridge_password_hashing_running"), 0.0);
    assert!(metrics.value("taskbridge_revocations{kind=\"session\"}") >= 1.0);
    assert!(metrics.value("taskbridge_revocation_feed_age_seconds") < 5.0);
}

/// Sends what an attacker controls: tokens, paths, methods, fields. `seed` makes each value new.
async fn attack(process: &Process, seed: &str) {
    let now = Clock::system().now().timestamp();
    let corpus = hostile::corpus(SECRET, now).into_iter().filter_map(|one| {
        let [credential] = one.authorization.as_slice() else { return None };
        String::from_utf8(credential.strip_prefix(b"Bearer ")?.to_vec()).ok()
    });
    let tokens = corpus.filter(|token| !token.is_empty() && token.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    for token in tokens.step_by(7) {
        process.bearer(token).get("/api/tasks").await.is(401);
    }
    let ann = process.user(&format!("ann-{seed}"));
    let task = ann.creates_a_task(&format!("title-{seed}")).await;
    let paths = [
        format!("/api/tasks/{}", id(&task)),
        format!("/api/someone-{seed}/tasks"),
        format!("/api/tasks/{seed}"),
        format!("/{seed}"),
        format!("/api/tasks?q={seed}"),
        format!("/problems/{seed}"),
        format!("/swagger-ui/{seed}"),
        format!("/api/tasks/{seed}%22%7D%0Ataskbridge_forged_total%201"),
    ];
    for path in paths {
        for method in ["GET", "HEAD", "OPTIONS", "PATCH", &format!("M{seed}")] {
            let request = ann.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
            let request = request.header("User-Agent", seed).header("X-Request-Id", seed).header("Origin", seed);
            ApiResponse::to(request).await;
        }
    }
    process.anonymous().tries_to_log_in(&format!("{seed}@example.com"), &format!("password-{seed}")).await.is(401);
}

fn operation_ids() -> BTreeSet<String> {
    let contract: Value = serde_json::from_str(include_str!("../../../openapi.json")).unwrap();
    let operations =
        contract["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    operations.filter_map(|operation| Some(operation["operationId"].as_str()?.to_owned())).collect()
}

#[actix_web::test]
async fn no_input_becomes_a_label() {
    let (_database, process, scraper) = serve(Backend::Sqlite).await;
    attack(&process, "first5eed").await;
    let first = scraper.scrapes().await;
    attack(&process, "second5eed").await;
    let second = scraper.scrapes().await;
    assert_eq!(first.series(), second.series());
    assert!(second.series().len() < 1_500, "{}", second.series().len());
    for secret in ["5eed", "ann-", "Bearer", "eyJ", "@", "forged", "/api", SECRET] {
        assert!(!second.text.contains(secret), "{secret} in\n{}", second.text);
    }
    let allowed: BTreeSet<_> = operation_ids().into_iter().chain(["other".to_owned()]).collect();
    let found = second.label_values("operation");
    assert!(found.len() > 3 && found.iter().all(|operation| allowed.contains(*operation)), "{found:?}");
}

#[actix_web::test]
async fn metrics_are_served_while_the_service_drains() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let (mut process, scraper) = Program::on(&database).with("SHUTDOWN_TIMEOUT", "10s").serve_with_metrics().await;
    let slow = SlowRequest::start(&process).await;
    process.signal("TERM");
    process.logs("shutdown started").await;
    assert_eq!(scraper.scrapes().await.value("taskbridge_http_requests_in_flight"), 1.0);
    assert!(slow.finish().await.starts_with("HTTP/1.1 201"));
    assert_eq!(process.exit_code().await, Some(0));
}

#[actix_web::test]
async fn a_client_that_is_gone_is_not_in_flight() {
    let (_database, process, scraper) = serve(Backend::Sqlite).await;
    let slow = SlowRequest::start(&process).await;
    scraper.waits_for("taskbridge_http_requests_in_flight", |count| count == 1.0).await;
    drop(slow);
    scraper.waits_for("taskbridge_http_requests_in_flight", |count| count == 0.0).await;
}

#[actix_web::test]
async fn an_outage_of_the_database_is_counted() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let proxy = ChaosProxy::start(&database).await;
    let program = Program::on(&database).with("DATABASE_URL", proxy.url()).with("DATABASE_ACQUIRE_TIMEOUT", "300ms");
    let (process, scraper) = program.serve_with_metrics().await;
    let ann = process.user("ann");
    ann.get("/api/tasks").await.is(200);
    proxy.refuse().await;
    ann.eventually_gets("/api/tasks", 503).await;
    let metrics =
        scraper.waits_for("taskbridge_background_failures_total{task=\"revocation_feed\"}", |n| n > 0.0).await;
    assert!(metrics.value("taskbridge_db_errors_total{class=\"unavailable\"}") >= 1.0);
    assert!(metrics.value("taskbridge_db_pool_wait_failures_total{pool=\"shared\"}") >= 1.0);
    assert_eq!(metrics.value("taskbridge_revocation_feed_reconnects_total"), 0.0);
    proxy.restore().await;
    scraper.waits_for("taskbridge_revocation_feed_reconnects_total", |count| count == 1.0).await;
}

#[actix_web::test]
async fn refreshes_of_the_key_set_are_counted() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let database = TestDatabase::new(Backend::Sqlite).await;
    let program =
        Program::on(&database).with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s").with("JWKS_MAX_AGE", "1s");
    let (process, scraper) = program.serve_with_metrics().await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get("/api/tasks").await.is(200);
    let metrics = scraper.waits_for("taskbridge_key_set_refreshes_total{outcome=\"succeeded\"}", |n| n >= 1.0).await;
    assert!(metrics.value("taskbridge_key_set_age_seconds") < 5.0);
    assert_eq!(metrics.value("taskbridge_token_verifications_total{kind=\"jwks\",outcome=\"verified\"}"), 1.0);
    keys.stops_listening().await;
    scraper.waits_for("taskbridge_key_set_refreshes_total{outcome=\"failed\"}", |count| count >= 1.0).await;
}

#[actix_web::test]
async fn the_format_follows_the_accept_header() {
    let (_database, _process, scraper) = serve(Backend::Sqlite).await;
    let open_metrics = scraper.accepts(PROMETHEUS_ACCEPT).await;
    assert_eq!(open_metrics.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    assert!(open_metrics.text.ends_with("\n# EOF\n"));
    let text = scraper.accepts("text/plain").await;
    assert_eq!(text.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert!(!text.text.contains("# EOF"));
    for path in ["/", "/api/tasks", "/health/live", "/metrics/", "/metrics/x"] {
        scraper.get(path).await.is(404);
    }
}

#[actix_web::test]
async fn a_duration_names_a_trace_that_is_exported() {
    let (exported, unexported) = (format!("{:032x}", 0xa001), format!("{:032x}", 0xa002));
    let collector = TraceCollector::start();
    let database = TestDatabase::new(Backend::Sqlite).await;
    let (process, scraper) = collector.traces(Program::on(&database)).serve_with_metrics().await;
    for (trace, flags) in [(&exported, "01"), (&unexported, "00")] {
        let request = process.user("ann").request(Method::GET, "/api/tasks");
        ApiResponse::to(request.header("traceparent", format!("00-{trace}-000000000000b001-{flags}"))).await.is(200);
    }
    let open_metrics = scraper.accepts(PROMETHEUS_ACCEPT).await.text;
    let series = "taskbridge_http_request_duration_seconds_bucket{";
    let exemplars: Vec<_> = open_metrics.lines().filter_map(|line| line.split_once(" # ")).collect();
    assert!(exemplars.iter().any(|(sample, exemplar)| {
        sample.starts_with(series) && exemplar.starts_with(&format!("{{trace_id=\"{exported}\"}} "))
    }));
    assert!(!open_metrics.contains(&unexported));
    assert!(!scraper.accepts("text/plain").await.text.contains("trace_id"), "the Prometheus format has no exemplars");
}

#[actix_web::test]
async fn the_service_itself_has_no_metrics() {
    let (_database, process, _scraper) = serve(Backend::Sqlite).await;
    process.anonymous().get("/metrics").await.is(404);
}

#[actix_web::test]
async fn an_address_in_use_stops_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let database = TestDatabase::new(Backend::Sqlite).await;
    let output = Program::on(&database).with("METRICS_ADDRESS", &address).run(&[]).await;
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(output.stderr.lines().last().unwrap().contains("METRICS_ADDRESS"), "{output:?}");
}
