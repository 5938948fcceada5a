//! Many at once, and many that lie: one fetch for all, one a cool-down at most, and nobody who is known is held up.

use std::{
    io::Write,
    time::{Duration as Time, Instant},
};

use chrono::Duration;
use futures_util::future::{join, join_all};
use reqwest::Method;

use crate::support::{Answer, Caller, Issuer, KeyServer, Program, TestApp};

const TASKS: &str = "/api/tasks";

#[actix_web::test]
async fn two_hundred_first_requests_make_one_fetch() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.holds_its_answers();
    let app = TestApp::behind(&keys).await;
    let first = join_all((0..200).map(async |_| app.ann_of(&issuer).get(TASKS).await.is(200)));
    let goes_on = async {
        keys.is_asked(1).await;
        // those who are early wait for it, whoever is late finds it there
        app.nobody().get("/health/live").await.is(200);
        keys.goes_on();
    };
    join(first, goes_on).await;
    assert_eq!(keys.fetches(), 1);
}

#[actix_web::test]
async fn two_hundred_with_a_new_key_make_one_fetch() {
    let (keys, old) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::behind(&keys).await;
    app.ann_of(&old).get(TASKS).await.is(200);
    let new = old.rotated();
    keys.publishes(&[&old, &new]);
    app.let_pass(Duration::seconds(30));
    join_all((0..200).map(async |_| app.ann_of(&new).get(TASKS).await.is(200))).await;
    assert_eq!(keys.fetches(), 2);
}

/// How long calm lasts, and a wave of the flood; they take turns, so that both have the same of all else that goes on.
const TURN: Time = Time::from_millis(500);

/// Four callers with a good token, each ten milliseconds after its last answer: how long each answer took.
async fn waits_of_the_good(ann: &Caller) -> Vec<Time> {
    let begun = Instant::now();
    let caller = async |_| {
        let mut waits = Vec::new();
        while begun.elapsed() < TURN {
            let sent = Instant::now();
            ann.get("/api/tasks?limit=1").await.is(200);
            waits.push(sent.elapsed());
            tokio::time::sleep(Time::from_millis(10)).await;
        }
        waits
    };
    join_all((0..4).map(caller)).await.concat()
}

/// One request with each token, from as many at once.
async fn wave(stranger: &Caller, tokens: &[String]) {
    let sent = tokens.iter().zip(0..).map(async |(token, number)| {
        tokio::time::sleep(TURN * number / 50).await;
        Answer::to(stranger.request(Method::GET, TASKS).bearer_auth(token)).await.refuses_the_token();
    });
    join_all(sent).await;
}

fn p99(mut waits: Vec<Time>) -> Time {
    waits.sort();
    waits[waits.len() * 99 / 100]
}

/// A thousand unknown kids in ten seconds of flood: the 99th percentiles without and with it.
async fn flooded(app: &TestApp, issuer: &Issuer, round: usize) -> (Time, Time) {
    let unknown = |kid| issuer.called(&format!("{round:016}{kid:016}")).token("ann", app.now()).sign();
    let tokens: Vec<_> = (0..1_000).map(unknown).collect();
    let (ann, stranger) = (app.ann_of(issuer), app.nobody());
    let (mut calm, mut flooded) = (Vec::new(), Vec::new());
    for tokens in tokens.chunks(50) {
        calm.extend(waits_of_the_good(&ann).await);
        flooded.extend(join(waits_of_the_good(&ann), wave(&stranger, tokens)).await.0);
    }
    (p99(calm), p99(flooded))
}

#[actix_web::test]
async fn a_flood_of_unknown_kids_makes_one_fetch_a_cooldown_and_holds_nobody_up() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::behind_with(&keys, &[("JWKS_COOLDOWN", "2s")]).await;
    app.ann_of(&issuer).creates_a_task("Buy milk").await;
    let mut rounds = Vec::new();
    for round in 0..3 {
        let (begun, before) = (Instant::now(), keys.fetches());
        let (calm, flooded) = flooded(&app, &issuer, round).await;
        let fetches = keys.fetches() - before;
        let cooldowns = usize::try_from(begun.elapsed().as_secs().div_ceil(2)).unwrap();
        assert!((2..=1 + cooldowns).contains(&fetches), "{fetches} fetches in {cooldowns} cool-downs");
        rounds.push((calm, flooded, fetches));
        if flooded <= calm * 2 {
            break;
        }
    }
    writeln!(std::io::stderr(), "p99 in calm, in the flood, fetches of the flood: {rounds:?}").ok();
    assert!(rounds.iter().any(|(calm, flooded, _)| *flooded <= *calm * 2), "{rounds:?}");
}

/// Kids of eight kilobytes each: what is remembered of them is bounded.
#[actix_web::test]
async fn unknown_kids_cost_no_memory() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url()).with("JWKS_COOLDOWN", "1s");
    let process = program.serve().await;
    let now = taskbridge::clock::Clock::system().now();
    let with_kid = |kid: &str| issuer.rotated().called(kid).token("ann", now).sign();
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
