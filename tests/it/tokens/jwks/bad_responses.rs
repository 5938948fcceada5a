//! Bad responses of the key server: the current key set is kept, and memory, time and requests are bounded.

use std::time::{Duration as Time, Instant};

use chrono::Duration;

use crate::support::{Issuer, KeyServer, Program, Reply, TestApp};

const TASKS: &str = "/api/tasks";

/// The maximum size of a set, after decompression.
const MAX_SET_BYTES: usize = 256 * 1024;

/// After the cool-down the service fetches this reply and keeps its keys.
async fn keeps_its_keys_after(keys: &KeyServer, issuer: &Issuer, app: &TestApp, name: &str, reply: Reply) {
    let fetches = keys.fetches();
    keys.answers(reply);
    app.advance_clock(Duration::seconds(30));
    let unknown = app.ann_of(&issuer.rotated()).get(TASKS).await;
    assert_eq!(unknown.status, 503, "{name}: {}", unknown.text);
    unknown.reports_keys_unavailable();
    assert_eq!(keys.fetches(), fetches + 1, "{name}");
    assert_eq!(app.ann_of(issuer).get(TASKS).await.status, 200, "{name}");
}

#[actix_web::test]
async fn an_invalid_response_does_not_replace_the_set() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for (name, reply) in Reply::wrong_contents() {
        keeps_its_keys_after(&keys, &issuer, &app, &name, reply).await;
    }
    let new = issuer.rotated();
    keys.publishes(&[&new]);
    keys.answers(Reply::key_set());
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    app.ann_of(&issuer).get(TASKS).await.rejects_the_token();
}

/// Whatever its old keys signed is neither accepted nor answered with 401, which would sign the users out.
async fn has_no_keys(app: &TestApp, issuer: &Issuer, name: &str) {
    let response = app.ann_of(issuer).get(TASKS).await;
    assert_eq!(response.status, 503, "{name}: {}", response.text);
    response.reports_keys_unavailable();
    app.anonymous().get("/health/ready").await.is_problem(503, "unavailable");
}

#[actix_web::test]
async fn a_set_without_usable_keys_withdraws_the_old_ones() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let mut private = issuer.rotated().jwk();
    private["d"] = "AQAB".into();
    let rejected = serde_json::json!({ "keys": [private] }).to_string();
    for (name, reply) in
        Reply::sets_without_keys().into_iter().chain([("a rejected key".to_owned(), Reply::body(rejected))])
    {
        app.ann_of(&issuer).get(TASKS).await.is(200);
        keys.answers(reply);
        app.advance_clock(Duration::seconds(30));
        app.ann_of(&issuer.rotated()).get(TASKS).await.reports_keys_unavailable();
        has_no_keys(&app, &issuer, &name).await;
        // an invalid response brings them back no more than any other
        keys.answers(Reply::body("{}"));
        app.advance_clock(Duration::seconds(30));
        has_no_keys(&app, &issuer, &name).await;
        // the next attempt follows after a cooldown, not after JWKS_MAX_AGE
        keys.answers(Reply::key_set());
        app.advance_clock(Duration::seconds(30));
        app.ann_of(&issuer).get(TASKS).await.is(200);
    }
}

#[actix_web::test]
async fn an_emptied_set_is_noticed_at_its_maximum_age() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    let fetches = keys.fetches();
    keys.publishes_keys([]);
    app.advance_clock(Duration::minutes(10) - Duration::seconds(1));
    app.ann_of(&issuer).get(TASKS).await.is(200);
    app.advance_clock(Duration::seconds(1));
    keys.wait_for_fetches(fetches + 1).await;
    app.anonymous().eventually_gets("/health/ready", 503).await;
    has_no_keys(&app, &issuer, "an emptied set").await;
}

#[actix_web::test]
async fn an_invalid_first_response_is_not_a_set() {
    for (name, reply) in Reply::wrong_contents().into_iter().chain(Reply::sets_without_keys()) {
        let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
        keys.answers(reply);
        let app = TestApp::with_key_server(&keys).await;
        let response = app.ann_of(&issuer).get(TASKS).await;
        assert_eq!(response.status, 503, "{name}: {}", response.text);
        app.anonymous().get("/health/ready").await.is_problem(503, "unavailable");
    }
}

#[actix_web::test]
async fn a_set_may_have_256_kib() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for (name, reply) in
        [("plain", Reply::padded_to(MAX_SET_BYTES + 1)), ("compressed", Reply::gzipped(MAX_SET_BYTES + 1))]
    {
        keeps_its_keys_after(&keys, &issuer, &app, name, reply).await;
    }
    for reply in [Reply::padded_to(MAX_SET_BYTES), Reply::gzipped(MAX_SET_BYTES)] {
        let new = keys.rotates(&issuer);
        keys.answers(reply);
        app.advance_clock(Duration::seconds(30));
        app.ann_of(&new).get(TASKS).await.is(200);
    }
}

/// Requests with a known key are not delayed; requests that wait for the set wait for five seconds at most.
#[actix_web::test]
async fn a_slow_response_times_out_and_delays_nobody() {
    let replies = [(Reply::drip(), "drip"), (Reply::dripping_head(), "dripping head"), (Reply::silence(), "silence")];
    let with_reply = async |(reply, name)| {
        let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
        let known = app.ann_of(&issuer);
        known.get(TASKS).await.is(200);
        keys.answers(reply);
        app.advance_clock(Duration::seconds(30));
        let (unknown, started, fetches) = (app.ann_of(&issuer.rotated()), Instant::now(), keys.fetches());
        let waits = async {
            unknown.get(TASKS).await.reports_keys_unavailable();
            started.elapsed()
        };
        let meanwhile = async {
            keys.wait_for_fetches(fetches + 1).await;
            let mut slowest = Time::ZERO;
            while started.elapsed() < Time::from_secs(3) {
                let sent = Instant::now();
                known.get(TASKS).await.is(200);
                slowest = slowest.max(sent.elapsed());
            }
            slowest
        };
        let (waited, slowest) = futures_util::future::join(waits, meanwhile).await;
        assert!((Time::from_secs(4)..Time::from_millis(6_500)).contains(&waited), "{name}: {waited:?}");
        assert!(slowest < Time::from_secs(2), "{name}: {slowest:?}");
    };
    futures_util::future::join_all(replies.map(with_reply)).await;
}

#[actix_web::test]
async fn redirects_are_not_followed() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let canary = KeyServer::start().await;
    canary.publishes(&[&issuer.rotated()]);
    for status in [301, 302, 303, 307, 308] {
        for location in [canary.url(), canary.url().replace("http:", "https:"), "/elsewhere".into(), keys.url()] {
            let name = format!("{status} to {location}");
            keeps_its_keys_after(&keys, &issuer, &app, &name, Reply::redirect(status, &location)).await;
        }
    }
    assert_eq!(canary.fetches(), 0);
    assert!(keys.heads().iter().all(|head| head.starts_with("GET /api/auth/jwks HTTP/1.1\r\n")));
}

#[actix_web::test]
async fn fetches_reveal_nothing_of_clients() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token();
    app.ann_of(&issuer).get(TASKS).await.is(200);
    for head in keys.heads() {
        let head = head.to_lowercase();
        assert!(!head.contains("authorization:") && !head.contains("cookie:") && !head.contains("eyj"), "{head}");
    }
}

/// An endless head, an endless set and a gzip bomb are read up to the limit.
#[actix_web::test]
async fn endless_responses_use_bounded_memory() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s").with("JWKS_MAX_AGE", "1s");
    let process = program.serve().await;
    let now = taskbridge::clock::Clock::system().now();
    let ann = process.bearer(issuer.token("ann", now).sign());
    ann.get(TASKS).await.is(200);
    let before = process.peak_memory();
    for (reply, reason) in [
        (Reply::endless_head(), "message head is too large"),
        (Reply::flood(), "the response is larger than 256 KiB"),
        (Reply::gzip_bomb(), "the response is larger than 256 KiB"),
    ] {
        let logged = process.log().matches(reason).count();
        keys.answers(reply);
        let (sent, fetches) = (keys.sent(), keys.fetches());
        // the next fetch starts after the response is discarded
        keys.wait_for_fetches(fetches + 2).await;
        // the rest was buffered by the sockets
        assert!(keys.sent() - sent < 64 * 1024 * 1024, "{} bytes", keys.sent() - sent);
        assert!(process.log().matches(reason).count() > logged, "{reason}: {}", process.log());
        ann.get(TASKS).await.is(200);
    }
    let grown = process.peak_memory().saturating_sub(before);
    // an allocator reserves some megabytes at a time
    assert!(grown < 32 * 1024, "{grown} KiB more than before");
}
