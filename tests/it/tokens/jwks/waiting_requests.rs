//! Who waits for a key set is judged by the time after the wait, and by the set that came.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, Duration, Utc};
use futures_util::future::join;
use taskbridge::{
    app,
    auth::{Authenticator, TokenError},
    clock::Clock,
    config::Config,
};

use crate::support::{Issuer, KeyServer, RawConnection, TestApp};

const TASKS: &str = "/api/tasks";

fn a_cooldown() -> Duration {
    Duration::seconds(30)
}

/// Longer than a token is good for.
fn too_long() -> Duration {
    Duration::minutes(16)
}

#[actix_web::test]
async fn a_token_that_expires_while_the_first_set_is_on_its_way_is_expired() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.holds_responses();
    let app = TestApp::with_key_server_and(&keys, &[("WORKERS", "1")]).await;
    let token = issuer.token("ann", app.now()).sign();
    let mut ann = RawConnection::connect(&app).await;
    ann.sends(format!("GET {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n")).await.unwrap();
    keys.wait_for_fetches(1).await;
    // the one worker has read what came before this
    app.anonymous().get("/health/live").await.is(200);
    app.advance_clock(too_long());
    keys.releases_responses();
    ann.receives().await.reports_an_expired_token();
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_token_that_expires_while_its_key_is_on_its_way_is_expired() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(a_cooldown());
    keys.holds_responses();
    let ann = app.ann_of(&new);
    let time_passes = async {
        keys.wait_for_fetches(2).await;
        app.advance_clock(too_long());
        keys.releases_responses();
    };
    let (response, ()) = join(ann.get(TASKS), time_passes).await;
    response.reports_an_expired_token();
    app.ann_of(&new).get(TASKS).await.is(200);
}

/// The door alone, with a clock that can be set.
fn door(keys: &KeyServer, ahead: &Arc<AtomicI64>) -> (Authenticator, Clock) {
    let (settings, ahead) = (HashMap::from([("JWKS_URL", keys.url())]), Arc::clone(ahead));
    let config = Config::read(|name| settings.get(name).cloned()).unwrap();
    let clock = Clock::from_fn(move || Clock::system().now() + Duration::seconds(ahead.load(Ordering::SeqCst)));
    (app::authenticator(&config, &clock).unwrap(), clock)
}

/// How old the set is, as the refusal of a token of an unknown kid says.
async fn age_told_of(stranger: &Issuer, door: &Authenticator, now: DateTime<Utc>) -> i64 {
    match door.verify(&stranger.token("ann", now).sign(), now).await {
        Err(TokenError::UnknownKid { age, .. }) => age,
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn a_set_is_never_told_to_be_of_the_future() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let ahead = Arc::new(AtomicI64::new(0));
    let (door, clock) = door(&keys, &ahead);
    door.verify(&issuer.token("ann", clock.now()).sign(), clock.now()).await.expect("a known key");
    let stranger = issuer.rotated();
    for (seconds, age) in [(20, 20..25), (40, 0..5), (50, 10..15), (20, 0..1)] {
        ahead.store(seconds, Ordering::SeqCst);
        let told = age_told_of(&stranger, &door, clock.now()).await;
        assert!(age.contains(&told), "{told} s old at {seconds} s, not {age:?}");
    }
}
