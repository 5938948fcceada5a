//! `explain-token` and the log name the reason why a JWKS-signed token is rejected.

use std::time::Instant;

use chrono::Duration;
use taskbridge::clock::Clock;

use crate::support::{Issuer, KeyServer, Program, Reply, SECRET, Token};

/// The output of `explain-token`, whose exit code must match.
async fn explain(program: &Program, token: &str) -> String {
    let output = program.run_with_input(&["explain-token"], token).await;
    assert_eq!(output.stderr, "", "{output:?}");
    let mut more = output.stdout.lines().skip(1);
    assert!(more.next().is_none_or(|line| line.starts_with("hint: ")) && more.next().is_none(), "{output:?}");
    assert_eq!(output.code, Some(i32::from(!output.stdout.starts_with("accepted as "))), "{output:?}");
    output.stdout
}

#[actix_web::test]
async fn a_valid_token_is_accepted() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let now = Clock::system().now();
    for program in [Program::new(), Program::new().with("BETTER_AUTH_SECRET", SECRET)] {
        let program = program.with("JWKS_URL", &keys.url());
        let output = explain(&program, &issuer.token("ann", now).sign()).await;
        assert!(output.starts_with("accepted as ann, "), "{output}");
    }
}

#[actix_web::test]
async fn every_rejection_has_a_reason() {
    let keys = KeyServer::start().await;
    let [one, two, three] = ["one", "two", "three"].map(|kid| keys.issuer("EdDSA").with_kid(kid));
    keys.publishes(&[&one, &two]);
    let program = Program::new().with("JWKS_URL", &keys.url());
    let now = Clock::system().now();
    let (token, origin) = (|| one.token("ann", now), keys.origin());
    for (token, reason) in [
        (
            three.token("ann", now).sign(),
            "the token's kid is `three`, the key set has `one`, `two`; last fetched ".into(),
        ),
        (token().without_header("kid").sign(), "no kid".into()),
        (token().signed_by(&two), "does not verify with the key `one`".into()),
        (token().with_header("alg", "ES256").sign(), "the token's alg is `ES256`, the key `one` is for EdDSA".into()),
        (
            token().with("iss", format!("{origin}/")).sign(),
            format!("iss is `{origin}/`, expected `{origin}` (JWT_ISSUER): they differ by a trailing slash"),
        ),
        (
            token().with("aud", format!("{origin}/")).sign(),
            format!("aud is `{origin}/`, expected `{origin}` (JWT_AUDIENCE): they differ by a trailing slash"),
        ),
        (
            token().with("iss", "https://app.example.com").sign(),
            format!("iss is `https://app.example.com`, expected `{origin}` (JWT_ISSUER)"),
        ),
        (
            token().with("aud", "https://api.example.com").sign(),
            format!("aud is `https://api.example.com`, expected `{origin}` (JWT_AUDIENCE)"),
        ),
        (token().without("iss").sign(), "iss".into()),
        (token().without("aud").sign(), "aud".into()),
        (one.token("ann", now - Duration::hours(1)).sign(), "expired ".into()),
        (token().with_header("typ", "at+jwt").sign(), "no verifier for alg `EdDSA` and typ `at+jwt`".into()),
        (Token::new("ann", now).sign(), "no verifier for alg `HS256`; enabled: JWKS_URL (EdDSA, ".into()),
    ] {
        let output = explain(&program, &token).await;
        assert!(output.starts_with("rejected: ") && output.contains(&reason), "{reason}: {output}");
    }
}

#[actix_web::test]
async fn a_jwks_token_needs_jwks_url() {
    let keys = KeyServer::start().await;
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET);
    let output = explain(&program, &keys.issuer("EdDSA").token("ann", Clock::system().now()).sign()).await;
    assert!(
        output.starts_with("rejected: no verifier for alg `EdDSA`; enabled: BETTER_AUTH_SECRET (HS256 "),
        "{output}"
    );
}

/// Values that users paste, or front ends send, instead of a JWT.
#[actix_web::test]
async fn values_that_are_not_tokens_are_recognized() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    let token = issuer.token("ann", Clock::system().now()).sign();
    let session = "kZ3v9QmX7rT2yB5nL8wD1cF4gH6jP0sA";
    let (cookie, json) =
        ("this is Better Auth's session cookie, not a JWT; `authClient.token()`", "this is JSON, not a JWT; ");
    for (pasted, reason) in [
        (format!("better-auth.session_token={session}"), cookie),
        (format!("better-auth.session_token={session}.c2lnbmF0dXJl%3D"), cookie),
        (format!("__Secure-better-auth.session_token={session}.c2lnbmF0dXJl%3D"), cookie),
        (session.into(), "this is a Better Auth session token, not a JWT; `authClient.token()`"),
        (format!("{session}.c2lnbmF0dXJl%3D"), "this is a Better Auth session token with its signature, not a JWT"),
        (format!("{{\"token\":\"{token}\"}}"), json),
        (format!("{{ \"token\": \"{token}\" }}\n"), json),
        (format!("\"{token}\""), "the token is in quotes"),
        (format!("'{token}'"), "the token is in quotes"),
        ("undefined".into(), "there is no token: "),
        ("null".into(), "there is no token: "),
        ("Bearer undefined".into(), "there is no token: "),
        (String::new(), "there is no token: "),
    ] {
        let output = explain(&program, &pasted).await;
        assert!(output.starts_with(&format!("rejected: {reason}")), "{pasted}: {output}");
    }
    assert_eq!(keys.fetches(), 0);
}

#[actix_web::test]
async fn an_unreachable_key_server_is_the_reason() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.stops_listening().await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    let output = explain(&program, &issuer.token("ann", Clock::system().now()).sign()).await;
    assert!(
        output.contains("the key set is unavailable: ") && output.contains("refused") && output.contains("JWKS_URL"),
        "{output}"
    );
}

#[actix_web::test]
async fn an_invalid_key_set_is_the_reason() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    for (reply, reason) in [
        (Reply::status(404), "the server answered with status 404; Better Auth's key set is at /api/auth/jwks"),
        (Reply::status(500), "the server answered with status 500; check JWKS_URL"),
        (Reply::redirect(307, "/sign-in"), "the server answered with status 307; redirects are not followed"),
        (Reply::body("<!doctype html><title>Sign in</title>"), "it is not a JSON object with an array `keys`: "),
        (Reply::body(r#"{"keys":[]}"#), "it has no keys"),
    ] {
        keys.answers(reply);
        let output = explain(&program, &issuer.token("ann", Clock::system().now()).sign()).await;
        assert!(output.starts_with(&format!("rejected: the key set is unavailable: {reason}")), "{reason}: {output}");
    }
}

/// The age of the key set in the last log line that contains it, in seconds.
fn age_in(log: &str) -> Option<u64> {
    let age = log.rsplit("last fetched ").next().filter(|age| age.len() < log.len())?;
    age.split(" s ago").next()?.parse().ok()
}

#[actix_web::test]
async fn an_unknown_kid_is_logged_with_the_age_of_the_set() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let token = |issuer: &Issuer| issuer.token("ann", Clock::system().now()).sign();
    let process = Program::new().with("JWKS_URL", &keys.url()).serve().await;
    process.bearer(token(&issuer)).get("/api/tasks").await.is(200);
    let (fetched, foreign_issuer) = (Instant::now(), issuer.rotated());
    loop {
        process.bearer(token(&foreign_issuer)).get("/api/tasks").await.is(401);
        let (logged_age, passed) = (age_in(&process.log()), fetched.elapsed().as_secs());
        assert!(logged_age.is_none_or(|age| age <= passed + 2), "logged {logged_age:?} s, passed {passed} s");
        if logged_age.is_some_and(|age| age >= 2) {
            break;
        }
        assert!(passed < 10, "logged {logged_age:?} s, passed {passed} s");
    }
    assert_eq!(keys.fetches(), 1);
    let (log, reason) =
        (process.log(), format!("the token's kid is `{}`, the key set has `{}`", foreign_issuer.kid(), issuer.kid()));
    assert!(log.contains(&reason), "{log}");
}
