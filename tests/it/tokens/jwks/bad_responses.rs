//! The key server answers badly: nothing it says replaces a good set, costs memory or time, or leads elsewhere.

use std::time::{Duration as Time, Instant};

use chrono::Duration;

use crate::support::{Issuer, KeyServer, Program, Reply, TestApp};

const TASKS: &str = "/api/tasks";

/// Bytes of the largest set, after decompression.
const LIMIT: usize = 256 * 1024;

/// After its cool-down the service asks for a new set, is answered like this, and keeps what it has.
async fn keeps_its_keys(keys: &KeyServer, issuer: &Issuer, app: &TestApp, name: &str, reply: Reply) {
    let asked = keys.fetches();
    keys.answers(reply);
    app.advance_clock(Duration::seconds(30));
    let unknown = app.ann_of(&issuer.rotated()).get(TASKS).await;
    assert_eq!(unknown.status, 503, "{name}: {}", unknown.text);
    unknown.reports_keys_unavailable();
    assert_eq!(keys.fetches(), asked + 1, "{name}");
    assert_eq!(app.ann_of(issuer).get(TASKS).await.status, 200, "{name}");
}

#[actix_web::test]
async fn no_wrong_content_replaces_the_set() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for (name, reply) in Reply::wrong_contents() {
        keeps_its_keys(&keys, &issuer, &app, &name, reply).await;
    }
    keys.publishes_keys([]);
    keeps_its_keys(&keys, &issuer, &app, "an empty set", Reply::key_set()).await;
    let mut secret = issuer.rotated().jwk();
    secret["d"] = "AQAB".into();
    keys.publishes_keys([secret]);
    keeps_its_keys(&keys, &issuer, &app, "no usable key", Reply::key_set()).await;
    let new = issuer.rotated();
    keys.publishes(&[&new]);
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&new).get(TASKS).await.is(200);
    app.ann_of(&issuer).get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn with_no_set_before_it_wrong_content_is_no_set_either() {
    for (name, reply) in Reply::wrong_contents() {
        let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
        keys.answers(reply);
        let app = TestApp::with_key_server(&keys).await;
        let response = app.ann_of(&issuer).get(TASKS).await;
        assert_eq!(response.status, 503, "{name}: {}", response.text);
        app.anonymous().get("/health/ready").await.is_problem(503, "unavailable");
    }
}

#[actix_web::test]
async fn a_set_of_256_kib_is_read_and_no_larger_one() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for (name, reply) in [("plain", Reply::padded_to(LIMIT + 1)), ("compressed", Reply::gzipped(LIMIT + 1))] {
        keeps_its_keys(&keys, &issuer, &app, name, reply).await;
    }
    for reply in [Reply::padded_to(LIMIT), Reply::gzipped(LIMIT)] {
        let new = keys.rotates(&issuer);
        keys.answers(reply);
        app.advance_clock(Duration::seconds(30));
        app.ann_of(&new).get(TASKS).await.is(200);
    }
}

/// Those with a known key notice nothing of it; those who wait for the set wait for five seconds at most.
#[actix_web::test]
async fn a_slow_set_is_given_up_and_holds_nobody_up() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let known = app.ann_of(&issuer);
    known.get(TASKS).await.is(200);
    for (reply, name) in
        [(Reply::drip(), "drip"), (Reply::dripping_head(), "dripping head"), (Reply::silence(), "silence")]
    {
        keys.answers(reply);
        app.advance_clock(Duration::seconds(30));
        let (unknown, begun, asked) = (app.ann_of(&issuer.rotated()), Instant::now(), keys.fetches());
        let waits = async {
            unknown.get(TASKS).await.reports_keys_unavailable();
            begun.elapsed()
        };
        let meanwhile = async {
            keys.wait_for_fetches(asked + 1).await;
            let mut slowest = Time::ZERO;
            while begun.elapsed() < Time::from_secs(3) {
                let sent = Instant::now();
                known.get(TASKS).await.is(200);
                slowest = slowest.max(sent.elapsed());
            }
            slowest
        };
        let (waited, slowest) = futures_util::future::join(waits, meanwhile).await;
        assert!((Time::from_secs(4)..Time::from_millis(6_500)).contains(&waited), "{name}: {waited:?}");
        assert!(slowest < Time::from_secs(2), "{name}: {slowest:?}");
    }
}

#[actix_web::test]
async fn redirects_are_not_followed() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let canary = KeyServer::start().await;
    canary.publishes(&[&issuer.rotated()]);
    for status in [301, 302, 303, 307, 308] {
        for location in [canary.url(), canary.url().replace("http:", "https:"), "/elsewhere".into(), keys.url()] {
            let name = format!("{status} to {location}");
            keeps_its_keys(&keys, &issuer, &app, &name, Reply::redirect(status, &location)).await;
        }
    }
    assert_eq!(canary.fetches(), 0);
    assert!(keys.heads().iter().all(|head| head.starts_with("GET /api/auth/jwks HTTP/1.1\r\n")));
}

/// What is asked with: nothing of a client's.
#[actix_web::test]
async fn the_server_learns_nothing_of_those_who_call() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    app.advance_clock(Duration::seconds(30));
    app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token();
    app.ann_of(&issuer).get(TASKS).await.is(200);
    for head in keys.heads() {
        let head = head.to_lowercase();
        assert!(!head.contains("authorization:") && !head.contains("cookie:") && !head.contains("eyj"), "{head}");
    }
}

/// An endless head, an endless set and a gzip bomb are read to the limit and no further.
#[actix_web::test]
async fn what_has_no_end_costs_no_memory() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s").with("JWKS_MAX_AGE", "1s");
    let process = program.serve().await;
    let now = taskbridge::clock::Clock::system().now();
    let ann = process.bearer(issuer.token("ann", now).sign());
    ann.get(TASKS).await.is(200);
    let before = process.peak_memory();
    for (reply, why) in [
        (Reply::endless_head(), "message head is too large"),
        (Reply::flood(), "it is larger than 256 KiB"),
        (Reply::gzip_bomb(), "it is larger than 256 KiB"),
    ] {
        let said = process.log().matches(why).count();
        keys.answers(reply);
        let (sent, asked) = (keys.sent(), keys.fetches());
        // who asks again has done with the response before
        keys.wait_for_fetches(asked + 2).await;
        // what was sent beyond the limit is what the sockets took
        assert!(keys.sent() - sent < 64 * 1024 * 1024, "{} bytes", keys.sent() - sent);
        assert!(process.log().matches(why).count() > said, "{why}: {}", process.log());
        ann.get(TASKS).await.is(200);
    }
    let grown = process.peak_memory().saturating_sub(before);
    // an allocator takes memory by the piece, of some megabytes
    assert!(grown < 32 * 1024, "{grown} KiB more than before");
}
