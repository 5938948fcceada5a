//! Key rotation: new keys are fetched, removed keys expire, and fetches are limited by the cool-down.

use chrono::Duration;
use futures_util::future::join_all;

use crate::support::{KeyServer, Reply, TestApp};

const TASKS: &str = "/api/tasks";

/// The default of `JWKS_COOLDOWN`.
fn cooldown() -> Duration {
    Duration::seconds(30)
}

/// The default of `JWKS_MAX_AGE`.
fn max_age() -> Duration {
    Duration::minutes(10)
}

#[actix_web::test]
async fn a_new_key_is_fetched_after_the_cooldown() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let task = app.ann_of(&old).creates_a_task("Buy milk").await;
    let new = keys.rotates(&old);
    app.advance_clock(cooldown());
    app.ann_of(&new).sees(&task).await;
    // Better Auth publishes both keys during its grace period
    app.ann_of(&old).sees(&task).await;
    assert_eq!(keys.fetches(), 2);
}

#[actix_web::test]
async fn there_is_no_fetch_within_the_cooldown() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(cooldown() - Duration::seconds(5));
    app.ann_of(&new).get(TASKS).await.rejects_the_token();
    assert_eq!(keys.fetches(), 1);
    app.advance_clock(Duration::seconds(5));
    app.ann_of(&new).get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 2);
}

#[actix_web::test]
async fn the_keys_of_a_set_that_becomes_empty_are_dropped_at_jwks_max_age() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&old);
    ann.get(TASKS).await.is(200);
    keys.publishes(&[]);
    app.advance_clock(max_age());
    keys.wait_for_fetches(2).await;
    ann.eventually_gets(TASKS, 503).await.is_problem(503, "unavailable");
}

#[actix_web::test]
async fn a_removed_key_is_dropped_at_jwks_max_age() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let (ann, kept) = (app.ann_of(&old), keys.issuer("ES256"));
    ann.get(TASKS).await.is(200);
    keys.publishes(&[&kept]);
    app.advance_clock(max_age() - Duration::seconds(10));
    ann.get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 1);
    app.advance_clock(Duration::seconds(10));
    // no request is needed
    keys.wait_for_fetches(2).await;
    ann.eventually_gets(TASKS, 401).await.rejects_the_token();
    app.ann_of(&kept).get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 2);
}

#[actix_web::test]
async fn a_removed_key_is_dropped_with_any_new_set() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&old);
    ann.get(TASKS).await.is(200);
    let new = old.rotated();
    keys.publishes(&[&new]);
    app.advance_clock(cooldown());
    app.ann_of(&new).get(TASKS).await.is(200);
    ann.get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn a_key_with_the_same_kid_replaces_the_old_one() {
    let (keys, old, app) = TestApp::with_issuer("ES256").await;
    let ann = app.ann_of(&old);
    ann.get(TASKS).await.is(200);
    let new = old.rotated().with_kid(old.kid());
    keys.publishes(&[&new]);
    app.advance_clock(max_age());
    ann.eventually_gets(TASKS, 401).await.rejects_the_token();
    app.ann_of(&new).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn the_algorithm_may_change() {
    let (keys, old, app) = TestApp::with_issuer("RS256").await;
    let new = keys.issuer("ES512");
    keys.publishes(&[&old, &new]);
    app.advance_clock(cooldown());
    app.ann_of(&new).get(TASKS).await.is(200);
    // the same key with another algorithm is no longer used with the old one
    let changed = old.with_algorithm("PS256").with_kid(old.kid());
    keys.publishes(&[&changed, &new]);
    app.advance_clock(max_age());
    app.ann_of(&changed).eventually_gets(TASKS, 200).await;
    app.ann_of(&old).get(TASKS).await.rejects_the_token();
}

/// Asserts that a set with this `Cache-Control` is fetched again at this age and not before.
async fn is_fetched_again_at(field: &str, age: i64) {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.answers(Reply::key_set().with("Cache-Control", field));
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    app.advance_clock(Duration::seconds(age - 5));
    // the service checks its clock every second
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(keys.fetches(), 1, "{field}");
    app.advance_clock(Duration::seconds(5));
    keys.wait_for_fetches(2).await;
}

#[actix_web::test]
async fn cache_control_may_shorten_the_age_of_the_set() {
    let ages = [
        ("max-age=60", 60),
        ("public, MAX-AGE=60, must-revalidate", 60),
        ("max-age=\"60\"", 60),
        ("max-age=0", 30),
        ("max-age=5", 30),
        ("max-age=86400", 600),
        ("max-age=99999999999999999999999", 600),
        ("max-age=-1", 600),
        ("max-age=soon", 600),
        ("max-age", 600),
    ];
    join_all(ages.map(|(field, age)| is_fetched_again_at(field, age))).await;
}

#[actix_web::test]
async fn requests_wait_for_a_running_fetch() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(cooldown());
    keys.holds_responses();
    let (ann, known) = (app.ann_of(&new), app.ann_of(&old));
    let waiting = futures_util::future::join(ann.get(TASKS), ann.get(TASKS));
    let meanwhile = async {
        keys.wait_for_fetches(2).await;
        // a known key needs no wait
        known.get(TASKS).await.is(200);
        keys.releases_responses();
    };
    let ((one, two), ()) = futures_util::future::join(waiting, meanwhile).await;
    one.is(200);
    two.is(200);
    assert_eq!(keys.fetches(), 2);
}

/// After a miss the kid is fetched again after one cool-down, then after every other one.
#[actix_web::test]
async fn an_unknown_kid_is_fetched_every_other_cooldown() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let mut fetched_at = Vec::new();
    for number in 1..=15 {
        app.advance_clock(cooldown());
        let before = keys.fetches();
        app.ann_of(&issuer.rotated().with_kid("unknown")).get(TASKS).await.rejects_the_token();
        if keys.fetches() > before {
            fetched_at.push(number);
        }
    }
    assert_eq!(fetched_at, [1, 2, 4, 6, 8, 10, 12, 14]);
    // another kid has no miss yet
    app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token();
    assert_eq!(keys.fetches(), 10);
}

/// After any number of misses a published key is accepted within two cool-downs.
#[actix_web::test]
async fn an_unknown_kid_is_accepted_once_published() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for times in 1..=6 {
        let late_key = issuer.rotated();
        for _ in 0..times {
            app.advance_clock(cooldown());
            app.ann_of(&late_key).get(TASKS).await.rejects_the_token();
        }
        let fetched = keys.fetches();
        keys.publishes(&[&issuer, &late_key]);
        app.advance_clock(cooldown() * 2);
        app.ann_of(&late_key).get(TASKS).await.is(200);
        // the request caused the fetch, not the age of the set
        assert_eq!(keys.fetches(), fetched + 1, "{times}");
    }
}
