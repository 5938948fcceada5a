//! What `explain-token` says of a key set's token: the complaints that fill forums, each in one line.

use chrono::Duration;
use taskbridge::clock::Clock;

use crate::support::{KeyServer, Program, SECRET};

/// What is said of a token; `program` tells whether it is let in.
async fn explained(program: &Program, token: &str) -> String {
    let said = program.run_with_input(&["explain-token"], token).await;
    assert_eq!((said.err.as_str(), said.out.lines().count()), ("", 1), "{said:?}");
    assert_eq!(said.code, Some(i32::from(!said.out.starts_with("let in as "))), "{said:?}");
    said.out
}

#[actix_web::test]
async fn a_good_token_is_let_in() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let now = Clock::system().now();
    for program in [Program::new(), Program::new().with("BETTER_AUTH_SECRET", SECRET)] {
        let program = program.with("JWKS_URL", &keys.url());
        let said = explained(&program, &issuer.token("ann", now).sign()).await;
        assert!(said.starts_with("let in as ann, "), "{said}");
    }
}

#[actix_web::test]
async fn what_is_not_let_in_is_explained() {
    let keys = KeyServer::start().await;
    let [one, two, three] = ["one", "two", "three"].map(|kid| keys.issuer("EdDSA").called(kid));
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
        (token().with("iss", format!("{origin}/")).sign(), "they differ by a trailing slash".into()),
        (token().with("aud", format!("{origin}/")).sign(), "they differ by a trailing slash".into()),
        (
            token().with("iss", "https://app.example.com").sign(),
            format!("iss is `https://app.example.com`, expected `{origin}`"),
        ),
        (token().without("iss").sign(), "iss".into()),
        (token().without("aud").sign(), "aud".into()),
        (one.token("ann", now - Duration::hours(1)).sign(), "expired ".into()),
        (token().with_header("typ", "at+jwt").sign(), "typ is `at+jwt`".into()),
        (token().with_header("alg", "HS256").sign(), "alg is `HS256`".into()),
    ] {
        let said = explained(&program, &token).await;
        assert!(said.starts_with("not let in: ") && said.contains(&why), "{why}: {said}");
    }
}

#[actix_web::test]
async fn an_absent_key_server_is_the_explanation() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    keys.goes_away().await;
    let program = Program::new().with("JWKS_URL", &keys.url());
    let said = explained(&program, &issuer.token("ann", Clock::system().now()).sign()).await;
    assert!(said.contains("the key set is away: ") && said.contains("refused") && said.contains("JWKS_URL"), "{said}");
}
