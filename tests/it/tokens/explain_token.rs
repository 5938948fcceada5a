//! `explain-token` names the likely mistake behind a rejected token.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde_json::json;
use taskbridge::clock::Clock;

use crate::support::{KeyServer, Program, SECRET, Token};

fn now() -> DateTime<Utc> {
    Clock::system().now()
}

fn token() -> Token {
    Token::new("ann", now())
}

/// A service that shares `secret` with the front end and has no key set.
fn with_secret(secret: &str) -> Program {
    Program::new().with("BETTER_AUTH_SECRET", secret)
}

#[track_caller]
fn assert_rejected(output: &str, expected: &str) {
    assert!(output.starts_with("rejected: ") && output.contains(expected), "{expected}: {output}");
}

async fn explain(program: &Program, token: &str) -> String {
    let output = program.run_with_input(&["explain-token"], token).await;
    assert_eq!((output.code, output.stderr.as_str()), (Some(1), ""), "{output:?}");
    output.stdout
}

#[actix_web::test]
async fn claims_that_are_missing_or_of_another_kind_are_named() {
    let program = with_secret(SECRET);
    let token_without_sub = || token().without("sub");
    for (token, hint) in [
        (
            token_without_sub().with("user_id", "ann"),
            "the payload has `user_id`, but no `sub`; put the user's id in `sub`",
        ),
        (token_without_sub().with("id", "ann"), "the payload has `id`, but no `sub`"),
        (token().with("sub", 7), "`sub` is a number; make it a string"),
        (token().without("exp"), "set an expiry, such as `.setExpirationTime('15m')`"),
        (token().with("exp", 86_400), "`exp` is 86400: a span, not a time?"),
        (token().with("iat", now().timestamp_millis()), "`iat` is in milliseconds; it must be in seconds"),
        (token().with("nbf", now().timestamp_millis()), "`nbf` is in milliseconds; it must be in seconds"),
    ] {
        assert_rejected(&explain(&program, &token.sign()).await, &format!("\nhint: {hint}"));
    }
    // an ordinary error has no hint
    let expired = token().with("exp", now().timestamp() - 600).with("iat", now().timestamp() - 700);
    assert_eq!(explain(&program, &expired.sign()).await.lines().count(), 1);
}

#[actix_web::test]
async fn the_setting_that_a_token_needs_is_named() {
    let keys = KeyServer::start().await;
    let jwks_token = keys.issuer("EdDSA").token("ann", now());
    let unsigned = jwks_token.clone().with_header("alg", "none").sign();
    let (secret_only, jwks_only) = (with_secret(SECRET), Program::new().with("JWKS_URL", &keys.url()));
    for (program, token, hint) in [
        (&secret_only, jwks_token.sign(), "set JWKS_URL to <front end>/api/auth/jwks"),
        (&jwks_only, token().sign(), "set BETTER_AUTH_SECRET to the front end's"),
        (&secret_only, unsigned, "an unsigned token is never accepted"),
        (&secret_only, jwks_token.clone().with_header("alg", "HS512").sign(), "sign tokens with HS256"),
    ] {
        assert_rejected(&explain(program, &token).await, hint);
    }
}

#[actix_web::test]
async fn another_form_of_the_secret_is_named() {
    for (configured, signed_with, form) in [
        (format!("\"{SECRET}\""), SECRET.into(), "without the quotes around it"),
        (format!("'{SECRET}'"), SECRET.into(), "without the quotes around it"),
        (SECRET.into(), format!("\"{SECRET}\""), "in double quotes"),
        (SECRET.into(), format!("'{SECRET}'"), "in single quotes"),
        (format!(" {SECRET} "), SECRET.into(), "without the white space around it"),
        (SECRET.into(), format!("{SECRET}\n"), "with a line break after it"),
        (BASE64_STANDARD.encode(SECRET), SECRET.into(), "decoded from base64"),
        (SECRET.into(), BASE64_STANDARD.encode(SECRET), "encoded in base64"),
        (hex::encode(SECRET), SECRET.into(), "decoded from hex"),
    ] {
        let program = with_secret(&configured);
        let output = explain(&program, &token().signed_with(&signed_with).sign()).await;
        assert_rejected(&output, &format!("\nhint: it verifies with the value of BETTER_AUTH_SECRET {form}; "));
        assert!(!output.contains(SECRET), "{output}");
    }
    let output =
        explain(&with_secret(SECRET), &token().signed_with("another-secret-of-more-than-32-bytes").sign()).await;
    assert!(!output.contains("hint: "), "{output}");
}

/// Only for the explanation: a request with such a token is rejected.
#[actix_web::test]
async fn another_form_of_the_secret_is_not_accepted() {
    let process = with_secret(&format!("\"{SECRET}\"")).serve().await;
    process.bearer(token().sign()).get("/api/tasks").await.rejects_the_token();
}

#[actix_web::test]
async fn better_auths_jwts_for_other_purposes_are_recognized() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let program = with_secret(SECRET).with("JWKS_URL", &keys.url());
    let jwks_token = || issuer.token("ann", now());
    let bare = || token().without("sub").without("name");
    let cookie_cache = bare().without("email").with("session", json!({"id": "s"})).with("user", json!({"id": "ann"}));
    let cached_session = jwks_token().with_header("typ", "better-auth.session-cache+jwt");
    let (cookie, email, oauth) =
        ("Better Auth's cookie cache", "Better Auth's e-mail verification token", "Better Auth's OAuth provider");
    for (token, purpose) in [
        (cookie_cache.sign(), cookie),
        (cached_session.sign(), cookie),
        (bare().sign(), email),
        (bare().with("updateTo", "bob@example.com").with("requestType", "change-email-verification").sign(), email),
        (jwks_token().with_header("typ", "at+jwt").sign(), oauth),
        (
            jwks_token().with("aud", "https://api.example.com").with("azp", "client").with("scope", "openid").sign(),
            oauth,
        ),
    ] {
        let output = explain(&program, &token).await;
        let (_, hint) = output.split_once("\nhint: ").unwrap_or_default();
        assert_rejected(&output, "");
        assert!(hint.contains(purpose), "{purpose}: {output}");
    }
}

#[actix_web::test]
async fn an_encrypted_token_is_recognized() {
    let jwe = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
    assert_rejected(
        &explain(&with_secret(SECRET), jwe).await,
        "this is an encrypted token (JWE), as Auth.js (NextAuth) makes them",
    );
}
