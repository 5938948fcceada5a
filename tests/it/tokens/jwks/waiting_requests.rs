//! Requests that wait for a key set are verified by the time after the wait, with the new set.

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
    auth::{Authenticator, Credential, TokenError},
    clock::Clock,
    config::Config,
};

use crate::support::{Issuer, KeyServer, RawConnection, TestApp};

const TASKS: &str = "/api/tasks";

fn cooldown() -> Duration {
    Duration::seconds(30)
}

/// Longer than the lifetime of a token.
fn token_lifetime() -> Duration {
    Duration::minutes(16)
}

#[actix_web::test]
async fn a_token_may_expire_while_waiting_for_the_first_set() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.holds_responses();
    let app = TestApp::with_key_server_and(&keys, &[("WORKERS", "1")]).await;
    let token = issuer.token("ann", app.now()).sign();
    let mut ann = RawConnection::connect(&app).await;
    ann.sends(format!("GET {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n")).await.unwrap();
    keys.wait_for_fetches(1).await;
    // the only worker has read the request before this one
    app.anonymous().get("/health/live").await.is(200);
    app.advance_clock(token_lifetime());
    keys.releases_responses();
    ann.receives().await.reports_an_expired_token();
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn a_token_may_expire_while_waiting_for_its_key() {
    let (keys, old, app) = TestApp::with_issuer("EdDSA").await;
    let new = keys.rotates(&old);
    app.advance_clock(cooldown());
    keys.holds_responses();
    let ann = app.ann_of(&new);
    let expiry = async {
        keys.wait_for_fetches(2).await;
        app.advance_clock(token_lifetime());
        keys.releases_responses();
    };
    let (response, ()) = join(ann.get(TASKS), expiry).await;
    response.reports_an_expired_token();
    app.ann_of(&new).get(TASKS).await.is(200);
}

/// An authenticator with a clock that the test can set.
fn authenticator(keys: &KeyServer, clock_offset: &Arc<AtomicI64>) -> (Authenticator, Clock) {
    let (settings, clock_offset) = (HashMap::from([("JWKS_URL", keys.url())]), Arc::clone(clock_offset));
    let config = Config::read(|name| settings.get(name).cloned()).unwrap();
    let clock = Clock::from_fn(move || Clock::system().now() + Duration::seconds(clock_offset.load(Ordering::SeqCst)));
    (app::authenticator(&config, &clock).unwrap(), clock)
}

/// The age of the set in the error for an unknown kid, in seconds.
async fn reported_age(foreign_issuer: &Issuer, authenticator: &Authenticator, now: DateTime<Utc>) -> i64 {
    match authenticator.verify(Credential::Jwt(&foreign_issuer.token("ann", now).sign()), now).await {
        Err(TokenError::UnknownKid { age, .. }) => age,
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn the_age_of_a_set_is_never_negative() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let clock_offset = Arc::new(AtomicI64::new(0));
    let (authenticator, clock) = authenticator(&keys, &clock_offset);
    let token = issuer.token("ann", clock.now()).sign();
    authenticator.verify(Credential::Jwt(&token), clock.now()).await.expect("a known key");
    let foreign_issuer = issuer.rotated();
    for (seconds, age) in [(20, 20..25), (40, 0..5), (50, 10..15), (20, 0..1)] {
        clock_offset.store(seconds, Ordering::SeqCst);
        let reported = reported_age(&foreign_issuer, &authenticator, clock.now()).await;
        assert!(age.contains(&reported), "{reported} s old at {seconds} s, not {age:?}");
    }
}
