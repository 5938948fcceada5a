//! The front end changes its keys: the new one is followed, the old one dies, and nobody can make the service ask too often.

use chrono::Duration;
use futures_util::future::join_all;

use crate::support::{KeyServer, Reply, TestApp};

const TASKS: &str = "/api/tasks";

/// The settings' defaults.
fn a_cooldown() -> Duration {
    Duration::seconds(30)
}

fn max_age() -> Duration {
    Duration::minutes(10)
}

#[actix_web::test]
async fn a_new_key_is_known_within_one_request_after_the_cooldown() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let task = app.ann_of(&old).creates_a_task("Buy milk").await;
    let new = keys.rotates(&old);
    app.advance_clock(a_cooldown());
    app.ann_of(&new).sees(&task).await;
    // through Better Auth's grace period both are published
    app.ann_of(&old).sees(&task).await;
    assert_eq!(keys.fetches(), 2);
}

#[actix_web::test]
async fn within_the_cooldown_nobody_makes_it_ask_again() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(a_cooldown() - Duration::seconds(5));
    app.ann_of(&new).get(TASKS).await.rejects_the_token();
    assert_eq!(keys.fetches(), 1);
    app.advance_clock(Duration::seconds(5));
    app.ann_of(&new).get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 2);
}

#[actix_web::test]
async fn a_key_that_has_left_is_dropped_at_the_sets_age() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let (ann, kept) = (app.ann_of(&old), keys.issuer("ES256"));
    ann.get(TASKS).await.is(200);
    keys.publishes(&[&kept]);
    app.advance_clock(max_age() - Duration::seconds(10));
    ann.get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 1);
    app.advance_clock(Duration::seconds(10));
    // nobody has to ask for it
    keys.wait_for_fetches(2).await;
    ann.eventually_gets(TASKS, 401).await.rejects_the_token();
    app.ann_of(&kept).get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 2);
}

#[actix_web::test]
async fn a_key_that_has_left_is_dropped_with_the_next_set_whatever_it_was_fetched_for() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let ann = app.ann_of(&old);
    ann.get(TASKS).await.is(200);
    let new = old.rotated();
    keys.publishes(&[&new]);
    app.advance_clock(a_cooldown());
    app.ann_of(&new).get(TASKS).await.is(200);
    ann.get(TASKS).await.rejects_the_token();
}

#[actix_web::test]
async fn another_key_under_the_same_kid_takes_its_place() {
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
async fn an_algorithm_may_change_with_the_key() {
    let (keys, old, app) = TestApp::with_issuer("RS256").await;
    let new = keys.issuer("ES512");
    keys.publishes(&[&old, &new]);
    app.advance_clock(a_cooldown());
    app.ann_of(&new).get(TASKS).await.is(200);
    // the key was the one of its algorithm, and is another's: the old algorithm went with it
    let changed = old.with_algorithm("PS256").with_kid(old.kid());
    keys.publishes(&[&changed, &new]);
    app.advance_clock(max_age());
    app.ann_of(&changed).eventually_gets(TASKS, 200).await;
    app.ann_of(&old).get(TASKS).await.rejects_the_token();
}

/// With this field beside it the set is fetched again at this age, and not before.
async fn is_fetched_at(field: &str, age: i64) {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.answers(Reply::key_set().with("Cache-Control", field));
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&issuer).get(TASKS).await.is(200);
    app.advance_clock(Duration::seconds(age - 5));
    // the clock is looked at about every second: it was, and nothing was asked
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(keys.fetches(), 1, "{field}");
    app.advance_clock(Duration::seconds(5));
    keys.wait_for_fetches(2).await;
}

#[actix_web::test]
async fn a_server_may_shorten_the_age_of_its_set_but_not_below_the_cooldown() {
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
    join_all(ages.map(|(field, age)| is_fetched_at(field, age))).await;
}

#[actix_web::test]
async fn who_asks_while_the_set_is_on_its_way_waits_for_it() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(a_cooldown());
    keys.holds_responses();
    let (ann, known) = (app.ann_of(&new), app.ann_of(&old));
    let waiting = futures_util::future::join(ann.get(TASKS), ann.get(TASKS));
    let meanwhile = async {
        keys.wait_for_fetches(2).await;
        // whoever has a known key waits for nothing
        known.get(TASKS).await.is(200);
        keys.releases_responses();
    };
    let ((one, two), ()) = futures_util::future::join(waiting, meanwhile).await;
    one.is(200);
    two.is(200);
    assert_eq!(keys.fetches(), 2);
}

/// Looked for in vain, a kid is looked for again after one cool-down, and then after every other.
#[actix_web::test]
async fn an_unknown_kid_is_looked_for_every_other_cooldown() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let mut asked = Vec::new();
    for cooldown in 1..=15 {
        app.advance_clock(a_cooldown());
        let before = keys.fetches();
        app.ann_of(&issuer.rotated().with_kid("unknown")).get(TASKS).await.rejects_the_token();
        if keys.fetches() > before {
            asked.push(cooldown);
        }
    }
    assert_eq!(asked, [1, 2, 4, 6, 8, 10, 12, 14]);
    // another kid has not been looked for
    app.ann_of(&issuer.rotated()).get(TASKS).await.rejects_the_token();
    assert_eq!(keys.fetches(), 10);
}

/// However often it was looked for in vain, it is let in within two cool-downs.
#[actix_web::test]
async fn a_kid_that_was_unknown_is_known_when_it_is_published() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    for times in 1..=6 {
        let late = issuer.rotated();
        for _ in 0..times {
            app.advance_clock(a_cooldown());
            app.ann_of(&late).get(TASKS).await.rejects_the_token();
        }
        let fetched = keys.fetches();
        keys.publishes(&[&issuer, &late]);
        app.advance_clock(a_cooldown() * 2);
        app.ann_of(&late).get(TASKS).await.is(200);
        // the token had it fetched, and not the set's age
        assert_eq!(keys.fetches(), fetched + 1, "{times}");
    }
}
