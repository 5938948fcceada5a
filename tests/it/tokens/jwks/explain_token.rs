//! What `explain-token` and the log say of a key set's token: the complaints that fill forums, each in one line.

use std::time::Instant;

use chrono::Duration;
use taskbridge::clock::Clock;

use crate::support::{Issuer, KeyServer, Program, Reply, SECRET, Token};

/// What is said of a token; `program` tells whether it is let in.
async fn explained(program: &Program, token: &str) -> String {
    let said = program.run_with_input(&["explain-token"], token).await;
    assert_eq!((said.err.as_str(), said.out.lines().count()), ("", 1), "{said:?}");
    assert_eq!(said.code, Some(i32::from(!said.out.starts_with("accepted as "))), "{said:?}");
    said.out
}

#[actix_web::test]
async fn a_good_token_is_let_in() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let now = Clock::system().now();
    for program in [Program::new(), Program::new().with("BETTER_AUTH_SECRET", SECRET)] {
        let program = program.with("JWKS_URL", &keys.url());
        let said = explained(&program, &issuer.token("ann", now).sign()).await;
        assert!(said.starts_with("accepted as ann, "), "{said}");
    }
}

#[actix_web::test]
async fn what_is_not_let_in_is_explained() {
    let keys = KeyServer::start().await;
    let [one, two, three] = ["one", "two", "three"].map(|kid| keys.issuer("EdDSA").with_kid(kid));
    keys.publishes(&[&one, &two]);
    let program = Program::new().with("JWKS_URL", &keys.url());
    let now = Clock::system().now();
    let (token, origin) = (|| one.token("ann", now), keys.origin());
    for (token, why) in [
        (
            three.token("ann", now).sign(),
            "the key set has `one`, `two`; the token's kid is `three`; last fetched ".into(),
        ),
        (token().without_header("kid").sign(), "no kid".into()),
        (token().signed_by(&two), "does not verify under the key `one`".into()),
        (token().with_header("alg", "ES256").sign(), "the key `one` is for EdDSA, the token's alg is `ES256`".into()),
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
        (token().with_header("typ", "at+jwt").sign(), "typ is `at+jwt`".into()),
        (Token::new("ann", now).sign(), "alg is `HS256`, but only JWKS_URL (EdDSA, ".into()),
    ] {
        let said = explained(&program, &token).await;
        assert!(said.starts_with("rejected: ") && said.contains(&why), "{why}: {said}");
    }
}

#[actix_web::test]
async fn a_token_of_a_key_set_needs_its_address() {
    let keys = KeyServer::start().await;
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET);
    let said = explained(&program, &keys.issuer("EdDSA").token("ann", Clock::system().now()).sign()).await;
    assert!(said.starts_with("rejected: alg is `EdDSA`, but only BETTER_AUTH_SECRET (HS256 "), "{said}");
}

/// What people paste, or their front end sends, in place of a token.
#[actix_web::test]
async fn what_is_no_token_is_told_by_its_looks() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    let token = issuer.token("ann", Clock::system().now()).sign();
    let session = "kZ3v9QmX7rT2yB5nL8wD1cF4gH6jP0sA";
    let (cookie, json) = ("this is Better Auth's cookie, not a JWT: `authClient.token()`", "not a JWT but JSON: ");
    for (pasted, why) in [
        (format!("better-auth.session_token={session}"), cookie),
        (format!("better-auth.session_token={session}.c2lnbmF0dXJl%3D"), cookie),
        (format!("__Secure-better-auth.session_token={session}.c2lnbmF0dXJl%3D"), cookie),
        (session.into(), "this is a Better Auth session token, not a JWT: `authClient.token()`"),
        (format!("{session}.c2lnbmF0dXJl%3D"), "this is a Better Auth session token with its signature, not a JWT"),
        (format!("{{\"token\":\"{token}\"}}"), json),
        (format!("{{ \"token\": \"{token}\" }}\n"), json),
        (format!("\"{token}\""), "not a JWT: it is in quotes"),
        (format!("'{token}'"), "not a JWT: it is in quotes"),
        ("undefined".into(), "there is no token: "),
        ("null".into(), "there is no token: "),
        ("Bearer undefined".into(), "there is no token: "),
        (String::new(), "there is no token: "),
    ] {
        let said = explained(&program, &pasted).await;
        assert!(said.starts_with(&format!("rejected: {why}")), "{pasted}: {said}");
    }
    assert_eq!(keys.fetches(), 0);
}

#[actix_web::test]
async fn an_absent_key_server_is_the_explanation() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.stops_listening().await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    let said = explained(&program, &issuer.token("ann", Clock::system().now()).sign()).await;
    assert!(said.contains("the key set is away: ") && said.contains("refused") && said.contains("JWKS_URL"), "{said}");
}

#[actix_web::test]
async fn what_is_no_key_set_is_the_explanation() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    for (reply, why) in [
        (Reply::status(404), "it answered with status 404; Better Auth's key set is at /api/auth/jwks"),
        (Reply::status(500), "it answered with status 500; see JWKS_URL"),
        (Reply::redirect(307, "/sign-in"), "it answered with status 307; redirects are not followed"),
        (Reply::body("<!doctype html><title>Sign in</title>"), "it has no list of keys: "),
        (Reply::body(r#"{"keys":[]}"#), "it has no usable key"),
    ] {
        keys.answers(reply);
        let said = explained(&program, &issuer.token("ann", Clock::system().now()).sign()).await;
        assert!(said.starts_with(&format!("rejected: the key set is away: {why}")), "{why}: {said}");
    }
}

/// The seconds of the last line of a service's log that tells how old the set is.
fn age_told_of(log: &str) -> Option<u64> {
    let age = log.rsplit("last fetched ").next().filter(|age| age.len() < log.len())?;
    age.split(" s ago").next()?.parse().ok()
}

#[actix_web::test]
async fn in_the_log_an_unknown_kid_is_told_of_with_the_sets_age() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let token = |issuer: &Issuer| issuer.token("ann", Clock::system().now()).sign();
    let process = Program::new().with("JWKS_URL", &keys.url()).serve().await;
    process.bearer(token(&issuer)).get("/api/tasks").await.is(200);
    let (fetched, stranger) = (Instant::now(), issuer.rotated());
    loop {
        process.bearer(token(&stranger)).get("/api/tasks").await.is(401);
        let (told, passed) = (age_told_of(&process.log()), fetched.elapsed().as_secs());
        assert!(told.is_none_or(|age| age <= passed + 2), "{told:?} s told of, {passed} s passed");
        if told.is_some_and(|age| age >= 2) {
            break;
        }
        assert!(passed < 10, "{told:?} s told of, {passed} s passed");
    }
    assert_eq!(keys.fetches(), 1);
    let (log, why) =
        (process.log(), format!("the key set has `{}`; the token's kid is `{}`", issuer.kid(), stranger.kid()));
    assert!(log.contains(&why), "{log}");
}
