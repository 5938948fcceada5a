//! Measures token verification through the authenticator: microseconds per token and algorithm, uncached and cached.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may panic")]

#[path = "../tests/it/support/issuer.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod issuer;
#[path = "../tests/it/support/signing_key.rs"]
mod signing_key;

use std::{collections::HashMap, hint::black_box, time::Instant};

use chrono::{DateTime, Utc};
use serde_json::json;
use taskbridge::{
    app,
    auth::{Authenticator, Credential, SharedSecretClaims},
    clock::Clock,
    config::Config,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use self::issuer::Issuer;

const SECRET: &str = "a-secret-of-the-measurement-with-more-than-32-bytes";
const ALGORITHMS: [&str; 7] = ["EdDSA", "ES256", "ES384", "ES512", "RS256", "PS256", "HS256"];
const TOKENS: usize = 400;
const ROUNDS: usize = 5;

#[expect(clippy::print_stdout, reason = "a benchmark prints its results")]
fn main() {
    actix_web::rt::System::new().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let issuers: Vec<_> = ALGORITHMS[..6].iter().map(|algorithm| Issuer::new(&origin, algorithm)).collect();
        let keys = json!({ "keys": issuers.iter().map(Issuer::jwk).collect::<Vec<_>>() }).to_string();
        actix_web::rt::spawn(publish(listener, keys));
        let clock = Clock::system();
        println!(
            "{:8}  {:>10}  {:>10}  {:>10}   (µs per token, median of {ROUNDS} rounds)",
            "alg", "uncached", "cached", "bytes"
        );
        let mut tokens: Vec<Vec<String>> = issuers.iter().map(|issuer| key_set_tokens(issuer, clock.now())).collect();
        tokens.push(shared_secret_tokens(clock.now()));
        let mut results = vec![(Vec::new(), Vec::new()); ALGORITHMS.len()];
        for _ in 0..ROUNDS {
            let authenticator = authenticator(&origin, &clock);
            authenticator.verify(Credential::Jwt(&tokens[0][0]), clock.now()).await.expect("the key set is fetched");
            for (tokens, (uncached, cached)) in tokens.iter().zip(&mut results) {
                uncached.push(time_per_token(&authenticator, tokens, &clock).await);
                cached.push(time_per_token(&authenticator, tokens, &clock).await);
            }
        }
        for ((algorithm, tokens), (uncached, cached)) in ALGORITHMS.iter().zip(&tokens).zip(&mut results) {
            println!("{algorithm:8}  {:10.2}  {:10.2}  {:10}", median(uncached), median(cached), tokens[0].len());
        }
    });
}

fn authenticator(origin: &str, clock: &Clock) -> Authenticator {
    let url = format!("{origin}/jwks");
    let settings = HashMap::from([
        ("JWKS_URL", url.as_str()),
        ("BETTER_AUTH_SECRET", SECRET),
        ("JWT_ISSUER", origin),
        ("JWT_AUDIENCE", origin),
    ]);
    let config = Config::read(|name| settings.get(name).map(ToString::to_string)).unwrap();
    app::authenticator(&config, clock).unwrap()
}

fn key_set_tokens(issuer: &Issuer, now: DateTime<Utc>) -> Vec<String> {
    (0..TOKENS).map(|user| issuer.token(&format!("user-{user}"), now).sign()).collect()
}

fn shared_secret_tokens(now: DateTime<Utc>) -> Vec<String> {
    let settings = HashMap::from([("BETTER_AUTH_SECRET", SECRET)]);
    let config = Config::read(|name| settings.get(name).map(ToString::to_string)).unwrap();
    let mint = |user| SharedSecretClaims {
        email: Some(format!("user-{user}@example.com")),
        name: Some("A user".into()),
        ..SharedSecretClaims::new(format!("user-{user}"), None, now.timestamp(), now.timestamp() + 3600)
    };
    (0..TOKENS).map(|user| mint(user).sign(config.secrets.as_ref().unwrap()).unwrap()).collect()
}

/// Returns the mean time in microseconds.
#[expect(clippy::cast_precision_loss, reason = "a few hundred tokens")]
async fn time_per_token(authenticator: &Authenticator, tokens: &[String], clock: &Clock) -> f64 {
    let start = Instant::now();
    for token in tokens {
        black_box(authenticator.verify(Credential::Jwt(token), clock.now()).await.expect("a valid token"));
    }
    start.elapsed().as_secs_f64() * 1e6 / tokens.len() as f64
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Serves a key set to every request.
async fn publish(listener: TcpListener, keys: String) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0), "a request");
        let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{keys}", keys.len());
        stream.write_all(response.as_bytes()).await.ok();
    }
}
