//! Traces, as a collector receives them.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use taskbridge::clock::Clock;
use tokio::net::TcpListener;

use crate::support::{
    ACCOUNTS, ApiClient, ApiResponse, BACKENDS, Backend, KeyServer, MailServer, Process, Program, ReceivedSpan, SECRET,
    TestDatabase, Token, TraceCollector, email, id, password,
};

const SERVER: i32 = 2;
const CLIENT: i32 = 3;

/// The span of a caller, in a trace of its own.
struct CallerSpan {
    trace: String,
    span: String,
}

impl CallerSpan {
    fn new(number: u64) -> Self {
        Self { trace: format!("{:032x}", 0xa000 + number), span: format!("{:016x}", 0xb000 + number) }
    }

    async fn gets(&self, client: &ApiClient, path: &str) -> ApiResponse {
        self.sends(client, Method::GET, path, "01").await
    }

    async fn sends(&self, client: &ApiClient, method: Method, path: &str, flags: &str) -> ApiResponse {
        let parent = format!("00-{}-{}-{flags}", self.trace, self.span);
        ApiResponse::to(client.request(method, path).header("traceparent", parent)).await
    }
}

async fn program(backend: Backend, collector: &TraceCollector) -> (TestDatabase, Program) {
    let database = TestDatabase::new(backend).await;
    let program = collector.traces(Program::on(&database)).with("WORKERS", "2").with("RATE_LIMIT", "off");
    (database, program)
}

fn named<'s>(trace: &'s [ReceivedSpan], name: &str) -> &'s ReceivedSpan {
    trace.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} in {trace:#?}"))
}

fn names(trace: &[ReceivedSpan]) -> Vec<&str> {
    let mut spans: Vec<_> = trace.iter().collect();
    spans.sort_by_key(|span| span.time.0);
    spans.iter().map(|span| span.name.as_str()).collect()
}

/// Waits until the program has exported all spans.
async fn stop(mut process: Process) -> String {
    process.signal("TERM");
    assert_eq!(process.exit_code().await, Some(0), "{}", process.log());
    process.log()
}

#[actix_web::test]
async fn a_list_is_traced_from_the_caller_to_the_statement() {
    for (backend, system) in BACKENDS.into_iter().zip(["sqlite", "postgresql"]) {
        let collector = TraceCollector::start();
        let (_database, program) = program(backend, &collector).await;
        let process = program.serve().await;
        let caller = CallerSpan::new(1);
        caller.gets(&process.user("ann"), "/api/tasks?q=milk").await.is(200);
        let trace = collector.trace_with(&caller.trace, "GET /api/tasks").await;
        let server = named(&trace, "GET /api/tasks");
        assert_eq!((server.parent.as_str(), server.kind, server.is_error), (caller.span.as_str(), SERVER, false));
        let attributes: Vec<_> = server.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let subject = "enduser.pseudo.id=49915e0d";
        assert_eq!(
            attributes,
            [subject, "http.request.method=GET", "http.response.status_code=200", "http.route=/api/tasks"]
        );
        let verification = named(&trace, "verify token");
        assert_eq!(verification.parent, server.id);
        assert_eq!(verification.attribute("taskbridge.token.kind"), "shared_secret");
        assert_eq!(verification.attribute("taskbridge.token.outcome"), "verified");
        let statement = named(&trace, "SELECT task");
        assert_eq!((&statement.parent, statement.kind), (&server.id, CLIENT));
        assert_eq!(statement.attribute("db.system.name"), system);
        assert_eq!(statement.attribute("db.operation.name"), "SELECT");
        let text = statement.attribute("db.query.text").to_lowercase();
        assert!(text.contains("user_id") && text.contains('$') | text.contains('?'), "{text}");
        assert!(server.time.0 <= statement.time.0 && statement.time.1 <= server.time.1, "{trace:#?}");
        let acquired = statement.events.iter().any(|event| event == "connection acquired");
        assert_eq!(acquired, backend == Backend::Postgres, "{statement:#?}");
    }
}

#[actix_web::test]
async fn a_write_shows_its_commit_and_a_transaction_its_statements() {
    for backend in BACKENDS {
        let collector = TraceCollector::start();
        let (_database, program) = program(backend, &collector).await;
        let process = program.with(ACCOUNTS.0, ACCOUNTS.1).serve().await;
        process.user("ann").creates_a_task("Buy milk").await;
        let spans = collector.spans_with("POST /api/tasks", 1).await;
        let insert = named(&spans, "INSERT task");
        assert!(insert.events.iter().any(|event| event == "group commit"), "{insert:#?}");
        assert_eq!(insert.parent, named(&spans, "POST /api/tasks").id);
        process.anonymous().post("/api/auth/signup", sign_up("ann")).await.is(201);
        let spans = collector.spans_with("POST /api/auth/signup", 1).await;
        let request = named(&spans, "POST /api/auth/signup");
        let children: Vec<_> = spans.iter().filter(|span| span.parent == request.id).cloned().collect();
        let names = names(&children);
        let position =
            |name: &str| names.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{names:?}"));
        let order = ["hash password", "BEGIN", "INSERT user", "COMMIT"].map(position);
        assert!(order.is_sorted(), "{names:?}");
    }
}

fn sign_up(name: &str) -> Value {
    json!({ "name": name, "email": email(name), "password": password(name) })
}

/// No token, user ID, task, query or mail address is exported, in whatever field.
#[actix_web::test]
async fn nothing_private_is_exported() {
    for backend in BACKENDS {
        let (collector, mail) = (TraceCollector::start(), MailServer::start().await);
        let (_database, program) = program(backend, &collector).await;
        let program = program.with(ACCOUNTS.0, ACCOUNTS.1).with("SMTP_URL", &mail.url());
        let program = program.with("MAIL_FROM", "Tasks <no-reply@example.com>").with("PUBLIC_URL", "http://a.example");
        let process = program.serve().await;
        let token = Token::new("the-user-ann", Clock::system().now()).sign();
        let ann = process.bearer(token.as_str());
        let task = ann.creates(json!({ "title": "the-title-of-ann", "description": "the-text-of-ann" })).await;
        for path in ["/api/tasks?q=the-query-of-ann&limit=7654", "/api/the-user-ann/tasks", "/no/the-path-of-ann"] {
            ann.get(path).await;
        }
        let path = format!("/api/tasks/{}", id(&task));
        ann.get(&path).await.is(200);
        ann.patch(&path, json!({ "title": "the-new-title-of-ann" })).await.is(200);
        ann.delete(&path).await.is(204);
        ApiResponse::to(ann.request(Method::from_bytes(b"METHOD-OF-ANN").unwrap(), "/api/tasks")).await;
        let signed_up = process.anonymous().post("/api/auth/signup", sign_up("carl")).await.is(201).json();
        process.anonymous().post("/api/auth/login", sign_up("carl")).await;
        let reset = json!({ "email": email("carl"), "redirectTo": "/the-page-of-carl" });
        process.anonymous().post("/api/auth/request-password-reset", reset).await.is(200);
        let received = mail.mail_to(&email("carl"), 1).await;
        // redirects to the page, which does not exist
        drop(process.anonymous().request(Method::GET, received.path()).send().await);
        ann.request(Method::GET, "/api/tasks").header("traceparent", "the-parent-of-ann").send().await.unwrap();
        stop(process).await;
        let mut private = vec![token.as_str(), id(&task), SECRET, signed_up["user"]["id"].as_str().unwrap()];
        let (email, password) = (email("carl"), password("carl"));
        private.extend([email.as_str(), &password, "of-ann", "the-user-ann", "OF-ANN", "of-carl", "7654"]);
        private.extend(token.split('.').chain(signed_up["access_token"].as_str().unwrap().split('.')).skip(1));
        private.extend(received.link().split(['/', '?', '&', '=']).filter(|part| part.len() > 20));
        for private in private {
            assert!(!collector.has_received(private), "{private} in {:#?}", collector.spans());
        }
        let spans = collector.spans();
        for name in ["GET /api/{user_id}/tasks", "GET", "HTTP /api/tasks", "deliver mail", "GET /api/tasks/{id}"] {
            named(&spans, name);
        }
    }
}

/// Requests that run at the same time on the same workers and connections.
#[actix_web::test]
async fn interleaved_requests_do_not_share_spans() {
    for backend in BACKENDS {
        let collector = TraceCollector::start();
        let (_database, program) = program(backend, &collector).await;
        let process = program.serve().await;
        let ann = process.user("ann");
        let callers: Vec<_> = (0..50).map(CallerSpan::new).collect();
        join_all(callers.iter().map(async |caller| caller.gets(&ann, "/api/tasks").await.is(200))).await;
        let spans = collector.spans_with("GET /api/tasks", callers.len()).await;
        for caller in callers {
            let trace: Vec<_> = spans.iter().filter(|span| span.trace_id == caller.trace).cloned().collect();
            assert_eq!(names(&trace), ["GET /api/tasks", "verify token", "SELECT task"], "{trace:#?}");
            let server = named(&trace, "GET /api/tasks");
            assert_eq!(server.parent, caller.span);
            assert!(trace.iter().all(|span| span.id == server.id || span.parent == server.id), "{trace:#?}");
        }
    }
}

#[actix_web::test]
async fn a_trace_that_its_caller_does_not_record_is_not_exported() {
    let collector = TraceCollector::start();
    let process = collector.traces(Program::new().with("BETTER_AUTH_SECRET", SECRET)).serve().await;
    let (unsampled, sampled) = (CallerSpan::new(1), CallerSpan::new(2));
    unsampled.sends(&process.user("ann"), Method::GET, "/api/tasks", "00").await.is(200);
    sampled.gets(&process.user("ann"), "/api/tasks").await.is(200);
    collector.trace_with(&sampled.trace, "GET /api/tasks").await;
    let log = stop(process).await;
    assert!(collector.spans().iter().all(|span| span.trace_id != unsampled.trace), "{:#?}", collector.spans());
    assert!(log.contains(&format!("trace_id={}", unsampled.trace)), "{log}");
}

#[actix_web::test]
async fn a_sampler_records_its_share() {
    let collector = TraceCollector::start();
    let program = collector.traces(Program::new().with("BETTER_AUTH_SECRET", SECRET));
    let process =
        program.with("OTEL_TRACES_SAMPLER", "traceidratio").with("OTEL_TRACES_SAMPLER_ARG", "0.5").serve().await;
    for _ in 0..100 {
        process.anonymous().get("/health/live").await.is(200);
    }
    stop(process).await;
    let recorded = collector.spans().len();
    assert!((20..=80).contains(&recorded), "{recorded} of 100");
}

#[actix_web::test]
async fn the_last_spans_are_exported_at_shutdown() {
    let collector = TraceCollector::start();
    let program = collector.traces(Program::new().with("BETTER_AUTH_SECRET", SECRET));
    let process = program.with("OTEL_BSP_SCHEDULE_DELAY", "60000").serve().await;
    process.anonymous().get("/health/live").await.is(200);
    assert!(collector.spans().is_empty());
    let started = Instant::now();
    stop(process).await;
    named(&collector.spans(), "GET /health/live");
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[actix_web::test]
async fn a_collector_that_is_away_delays_nothing_and_is_logged_once() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    join_all(["http://127.0.0.1:1", &silent].map(async |endpoint| {
        let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        let program = program.with("OTEL_BSP_SCHEDULE_DELAY", "50").with("OTEL_EXPORTER_OTLP_TIMEOUT", "2000");
        let mut process = program.with("OTEL_BSP_MAX_QUEUE_SIZE", "64").serve().await;
        let ann = process.user("ann");
        for _ in 0..100 {
            let started = Instant::now();
            ann.get("/api/tasks").await.is(200);
            assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
        }
        process.logs("traces are not exported; check OTEL_EXPORTER_OTLP_ENDPOINT").await;
        let started = Instant::now();
        let log = stop(process).await;
        assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
        assert_eq!(log.matches("traces are not exported").count(), 1, "{log}");
        assert!(!log.contains(endpoint), "{log}");
    }))
    .await;
}

#[actix_web::test]
async fn log_lines_name_the_trace() {
    for format in ["text", "json"] {
        let collector = TraceCollector::start();
        let program = collector.traces(Program::new().with("BETTER_AUTH_SECRET", SECRET)).with("LOG_FORMAT", format);
        let mut process = program.serve().await;
        let caller = CallerSpan::new(1);
        caller.gets(&process.user("ann"), "/api/tasks").await.is(200);
        let line = process.logs("GET /api/tasks").await;
        let trace = collector.trace_with(&caller.trace, "GET /api/tasks").await;
        let ids = (caller.trace.as_str(), named(&trace, "GET /api/tasks").id.as_str());
        if format == "json" {
            let line: Value = serde_json::from_str(&line).unwrap();
            assert_eq!((line["trace_id"].as_str().unwrap(), line["span_id"].as_str().unwrap()), ids);
        } else {
            assert!(line.trim_end().ends_with(&format!(" trace_id={} span_id={}", ids.0, ids.1)), "{line}");
        }
    }
}

#[actix_web::test]
async fn without_an_endpoint_there_are_no_traces() {
    let keys = KeyServer::start().await;
    let mut process = Program::new().with("JWKS_URL", &keys.url()).serve().await;
    CallerSpan::new(1).gets(&process.anonymous(), "/health/live").await.is(200);
    let line = process.logs("GET /health/live").await;
    assert!(!line.contains("trace_id"), "{line}");
    keys.wait_for_fetches(1).await;
    assert!(!keys.heads().concat().contains("traceparent"), "{:?}", keys.heads());
}

#[actix_web::test]
async fn a_fetch_of_the_key_set_carries_its_trace() {
    let (collector, keys) = (TraceCollector::start(), KeyServer::start().await);
    let process = collector.traces(Program::new().with("JWKS_URL", &keys.url())).serve().await;
    let fetch = named(&collector.spans_with("GET", 1).await, "GET").clone();
    assert_eq!((fetch.attribute("url.full"), fetch.kind, fetch.parent.as_str()), (keys.url().as_str(), CLIENT, ""));
    let expected = format!("traceparent: 00-{}-{}-01", fetch.trace_id, fetch.id);
    assert!(
        keys.heads().iter().any(|head| head.to_lowercase().contains(&expected)),
        "{expected} in {:?}",
        keys.heads()
    );
    keys.stops_listening().await;
    let token = keys.issuer("EdDSA").with_kid("new").token("ann", Clock::system().now()).sign();
    drop(process.bearer(token).get("/api/tasks").await);
}

#[actix_web::test]
async fn an_unavailable_key_set_is_an_error_of_the_request() {
    let collector = TraceCollector::start();
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.stops_listening().await;
    let process = collector.traces(Program::new().with("JWKS_URL", &keys.url())).serve().await;
    let token = issuer.token("ann", Clock::system().now()).sign();
    process.bearer(token).get("/api/tasks").await.is(503);
    let spans = collector.spans_with("GET /api/tasks", 1).await;
    let request = named(&spans, "GET /api/tasks");
    assert!(request.is_error && request.attribute("error.type") == "503", "{request:#?}");
    let fetch = named(&spans, "GET");
    assert!(fetch.is_error && fetch.attribute("error.type") == "connection", "{fetch:#?}");
}

#[actix_web::test]
async fn a_mail_is_delivered_in_the_trace_of_its_request() {
    let (collector, mail) = (TraceCollector::start(), MailServer::start().await);
    let program = collector.traces(Program::new().with("BETTER_AUTH_SECRET", SECRET).with(ACCOUNTS.0, ACCOUNTS.1));
    let program = program.with("SMTP_URL", &mail.url()).with("MAIL_FROM", "Tasks <no-reply@example.com>");
    let process = program.with("PUBLIC_URL", "http://a.example").serve().await;
    process.anonymous().post("/api/auth/signup", sign_up("ann")).await.is(201);
    process.anonymous().post("/api/auth/request-password-reset", json!({ "email": email("ann") })).await.is(200);
    mail.mail_to(&email("ann"), 1).await;
    let spans = collector.spans_with("deliver mail", 1).await;
    let (request, delivery) = (named(&spans, "POST /api/auth/request-password-reset"), named(&spans, "deliver mail"));
    assert_eq!((&delivery.trace_id, &delivery.parent), (&request.trace_id, &request.id));
}
