//! Many at once, and many that lie: one fetch for all, one a cool-down at most, and nobody who is known is held up.

use std::{
    io::Write,
    time::{Duration as Time, Instant},
};

use chrono::Duration;
use futures_util::future::{join, join_all};

use crate::support::{Caller, Issuer, KeyServer, Program, TestApp};

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

/// Callers with a good token, each with the next request ten milliseconds after the last answer; the 99th percentile.
async fn p99_of_the_good(ann: &Caller, time: Time) -> Time {
    let begun = Instant::now();
    let caller = async |_| {
        let mut waited = Vec::new();
        while begun.elapsed() < time {
            let sent = Instant::now();
            ann.get("/api/tasks?limit=1").await.is(200);
            waited.push(sent.elapsed());
            tokio::time::sleep(Time::from_millis(10)).await;
        }
        waited
    };
    let mut all: Vec<_> = join_all((0..4).map(caller)).await.into_iter().flatten().collect();
    all.sort();
    all[all.len() * 99 / 100]
}

/// A thousand unknown kids in ten seconds, from fifty at once.
async fn flood(app: &TestApp, issuer: &Issuer) {
    let stranger = issuer.rotated();
    let round = Time::from_millis(500);
    let lies = async |number: u32| {
        tokio::time::sleep(round * number / 50).await;
        for lie in 0..20 {
            let next = tokio::time::sleep(round);
            let unknown = stranger.called(&format!("{number:016}{lie:016}"));
            app.ann_of(&unknown).get(TASKS).await.refuses_the_token();
            next.await;
        }
    };
    join_all((0..50).map(lies)).await;
}

#[actix_web::test]
async fn a_flood_of_unknown_kids_makes_one_fetch_a_cooldown_and_holds_nobody_up() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::behind_with(&keys, &[("JWKS_COOLDOWN", "2s")]).await;
    let ann = app.ann_of(&issuer);
    ann.creates_a_task("Buy milk").await;
    let mut rounds = Vec::new();
    for _ in 0..3 {
        let calm = p99_of_the_good(&ann, Time::from_secs(5)).await;
        let (begun, before) = (Instant::now(), keys.fetches());
        let (flooded, ()) = join(p99_of_the_good(&ann, Time::from_secs(10)), flood(&app, &issuer)).await;
        let fetches = keys.fetches() - before;
        let allowed = 1 + begun.elapsed().as_secs().div_ceil(2);
        assert!((2..=allowed).contains(&(fetches as u64)), "{fetches} fetches, not 2 to {allowed}");
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
