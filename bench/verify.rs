//! What it costs to tell who is calling: microseconds per token, by algorithm, cold and warm, in turns in one run.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement may end in a panic")]

#[path = "../tests/it/support/issuer.rs"]
#[expect(dead_code, reason = "the tests want more of it")]
mod issuer;
#[path = "../tests/it/support/signing_key.rs"]
mod signing_key;

use std::{collections::HashMap, hint::black_box, time::Instant};

use chrono::{DateTime, Utc};
use serde_json::json;
use taskbridge::{
    app,
    auth::{Authenticator, Mint},
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

#[expect(clippy::print_stdout, reason = "a program that prints what it measured")]
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
            "alg", "first", "again", "octets"
        );
        let mut tokens: Vec<Vec<String>> = issuers.iter().map(|issuer| issued(issuer, clock.now())).collect();
        tokens.push(minted(clock.now()));
        let mut measured = vec![(Vec::new(), Vec::new()); ALGORITHMS.len()];
        for _ in 0..ROUNDS {
            let doors = doors(&origin, &clock);
            doors.judge(&tokens[0][0], clock.now()).await.expect("the key set");
            for (tokens, (first, again)) in tokens.iter().zip(&mut measured) {
                first.push(judged(&doors, tokens, &clock).await);
                again.push(judged(&doors, tokens, &clock).await);
            }
        }
        for ((algorithm, tokens), (first, again)) in ALGORITHMS.iter().zip(&tokens).zip(&mut measured) {
            println!("{algorithm:8}  {:10.2}  {:10.2}  {:10}", median(first), median(again), tokens[0].len());
        }
    });
}

fn doors(origin: &str, clock: &Clock) -> Authenticator {
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

fn issued(issuer: &Issuer, now: DateTime<Utc>) -> Vec<String> {
    (0..TOKENS).map(|user| issuer.token(&format!("user-{user}"), now).sign()).collect()
}

fn minted(now: DateTime<Utc>) -> Vec<String> {
    let settings = HashMap::from([("BETTER_AUTH_SECRET", SECRET)]);
    let config = Config::read(|name| settings.get(name).map(ToString::to_string)).unwrap();
    let mint = |user| Mint {
        sub: format!("user-{user}"),
        email: Some(format!("user-{user}@example.com")),
        name: Some("A user".into()),
        iat: now.timestamp(),
        exp: now.timestamp() + 3600,
    };
    (0..TOKENS).map(|user| mint(user).sign(config.secrets.as_ref().unwrap()).unwrap()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred tokens")]
async fn judged(doors: &Authenticator, tokens: &[String], clock: &Clock) -> f64 {
    let begun = Instant::now();
    for token in tokens {
        black_box(doors.judge(token, clock.now()).await.expect("a good token"));
    }
    begun.elapsed().as_secs_f64() * 1e6 / tokens.len() as f64
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A front end's key set, for whoever asks.
async fn publish(listener: TcpListener, keys: String) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.is_ok_and(|octets| octets > 0), "a request");
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{keys}", keys.len());
        stream.write_all(answer.as_bytes()).await.ok();
    }
}
