//! Many at once, and many that lie: one fetch for all, one a cool-down at most, and nobody who is known is held up.

use std::{
    io::Write,
    time::{Duration as Time, Instant},
};

use chrono::Duration;
use futures_util::future::{join, join_all};
use reqwest::Method;

use crate::support::{ApiClient, ApiResponse, Issuer, KeyServer, Program, TestApp};

const TASKS: &str = "/api/tasks";

#[actix_web::test]
async fn two_hundred_first_requests_make_one_fetch() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.holds_responses();
    let app = TestApp::with_key_server(&keys).await;
    let first = join_all((0..200).map(async |_| app.ann_of(&issuer).get(TASKS).await.is(200)));
    let goes_on = async {
        keys.wait_for_fetches(1).await;
        // those who are early wait for it, whoever is late finds it there
        app.anonymous().get("/health/live").await.is(200);
        keys.releases_responses();
    };
    join(first, goes_on).await;
    assert_eq!(keys.fetches(), 1);
}

#[actix_web::test]
async fn two_hundred_with_a_new_key_make_one_fetch() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(Duration::seconds(30));
    join_all((0..200).map(async |_| app.ann_of(&new).get(TASKS).await.is(200))).await;
    assert_eq!(keys.fetches(), 2);
}

/// How long calm lasts, and a wave of the flood; they take turns, so that both have the same of all else that goes on.
const TURN: Time = Time::from_millis(500);

/// Four callers with a good token, each ten milliseconds after its last response: how long each response took.
async fn waits_of_the_good(ann: &ApiClient) -> Vec<Time> {
    let begun = Instant::now();
    let client = async |_| {
        let mut waits = Vec::new();
        while begun.elapsed() < TURN {
            let sent = Instant::now();
            ann.get("/api/tasks?limit=1").await.is(200);
            waits.push(sent.elapsed());
            tokio::time::sleep(Time::from_millis(10)).await;
        }
        waits
    };
    join_all((0..4).map(client)).await.concat()
}

fn p99(mut waits: Vec<Time>) -> Time {
    waits.sort();
    waits[waits.len() * 99 / 100]
}

/// Fifty unknown kids from as many at once.
async fn wave(liar: &ApiClient, lies: &[String]) {
    let told = lies.iter().zip(0..).map(async |(lie, number)| {
        tokio::time::sleep(TURN * number / 50).await;
        let response = ApiResponse::to(liar.request(Method::GET, TASKS).bearer_auth(lie)).await;
        // on a machine that is too busy a fetch may fail, and then nobody can tell
        assert!([401, 503].contains(&response.status.as_u16()), "{response:?}");
    });
    join_all(told).await;
}

/// Tokens of as many kids that nobody knows.
fn lies(app: &TestApp, issuer: &Issuer) -> Vec<String> {
    let stranger = issuer.rotated();
    let of = |number| stranger.with_kid(&format!("{number:032}-{}", stranger.kid())).token("ann", app.now()).sign();
    (0..1_000).map(of).collect()
}

/// How much longer the good wait in ten seconds of flood than in ten of calm.
async fn slowed_down_by_a_flood(keys: &KeyServer, app: &TestApp, issuer: &Issuer) -> f64 {
    let (ann, liar, lies) = (app.ann_of(issuer), app.anonymous(), lies(app, issuer));
    let (begun, before) = (Instant::now(), keys.fetches());
    let (mut calm, mut flooded) = (Vec::new(), Vec::new());
    for some in lies.chunks(50) {
        calm.extend(waits_of_the_good(&ann).await);
        flooded.extend(join(waits_of_the_good(&ann), wave(&liar, some)).await.0);
    }
    let fetches = keys.fetches() - before;
    let allowed = 1 + begun.elapsed().as_secs().div_ceil(2);
    assert!((2..=allowed).contains(&(fetches as u64)), "{fetches} fetches, not 2 to {allowed}");
    let (calm, flooded) = (p99(calm), p99(flooded));
    writeln!(std::io::stderr(), "p99 in calm {calm:?}, in the flood {flooded:?}; {fetches} fetches").ok();
    flooded.as_secs_f64() / calm.as_secs_f64()
}

/// Two rounds of three tell, on a machine that does other things besides.
#[actix_web::test]
async fn a_flood_of_unknown_kids_makes_one_fetch_a_cooldown_and_holds_nobody_up() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &[("JWKS_COOLDOWN", "2s")]).await;
    app.ann_of(&issuer).creates_a_task("Buy milk").await;
    let (mut held_up, mut not) = (Vec::new(), Vec::new());
    while held_up.len() < 2 && not.len() < 2 {
        let times = slowed_down_by_a_flood(&keys, &app, &issuer).await;
        if times <= 2.0 { not.push(times) } else { held_up.push(times) }
    }
    assert!(held_up.len() < 2, "{held_up:?} times as long, and {not:?}");
}

/// Kids of eight kilobytes each: what is remembered of them is bounded.
#[actix_web::test]
async fn unknown_kids_cost_no_memory() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s");
    let process = program.serve().await;
    let now = taskbridge::clock::Clock::system().now();
    let with_kid = |kid: &str| issuer.rotated().with_kid(kid).token("ann", now).sign();
    let sends = async |numbers: std::ops::Range<u32>| {
        for some in numbers.collect::<Vec<_>>().chunks(50) {
            join_all(some.iter().map(async |number| {
                let token = with_kid(&format!("{number}{}", "k".repeat(8_000)));
                process.bearer(token).get(TASKS).await.is(401)
            }))
            .await;
        }
    };
    sends(0..500).await;
    let before = process.peak_memory();
    sends(500..4_500).await;
    let grown = process.peak_memory().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB for 4,000 kids of 8 KiB");
}
