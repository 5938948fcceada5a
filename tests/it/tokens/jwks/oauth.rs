//! Access tokens of Better Auth's oauth-provider plugin (RFC 9068): `OAUTH_AUDIENCE` and `OAUTH_SCOPE` enable them.

use reqwest::Method;
use serde_json::{Value, json};
use taskbridge::clock::Clock;

use crate::{
    ops::settings::is_rejected_by_name,
    support::{ACCOUNTS, ApiResponse, Issuer, JwksToken, KeyServer, Program, SECRET, TestApp},
};

const TASKS: &str = "/api/tasks";
const RESOURCE: &str = "https://api.example.com";
const SETTINGS: [(&str, &str); 2] = [("OAUTH_AUDIENCE", RESOURCE), ("OAUTH_SCOPE", "tasks:read tasks:write")];

/// A token of the form that the plugin issues, valid for an hour.
fn access_token(issuer: &Issuer, keys: &KeyServer) -> JwksToken {
    let now = Clock::system().now();
    let token = issuer.token("ann", now).with_header("typ", "at+jwt");
    let token = ["name", "email", "emailVerified", "image", "createdAt", "updatedAt", "id"]
        .into_iter()
        .fold(token, JwksToken::without);
    token
        .with("aud", json!([RESOURCE, format!("{}/api/auth/oauth2/userinfo", keys.origin())]))
        .with("client_id", "a-client")
        .with("azp", "a-client")
        .with("scope", "openid tasks:read tasks:write")
        .with("sid", "a-session")
        .with("iss", format!("{}/api/auth", keys.origin()))
        .with("exp", now.timestamp() + 3600)
        .with("jti", "a-token")
}

async fn is_rejected(app: &TestApp, token: JwksToken, what: &str) {
    let response = app.bearer(token.sign()).get(TASKS).await;
    assert_eq!(response.status, 401, "{what}");
    response.rejects_the_token();
}

#[actix_web::test]
async fn an_access_token_needs_audience_scope_and_user() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &SETTINGS).await;
    let token = || access_token(&issuer, &keys);
    for accepted in [
        token(),
        token().with("aud", RESOURCE),
        token().with("iss", keys.origin()),
        token().with_header("typ", "AT+JWT"),
        token().with_header("typ", "application/at+jwt"),
        token().with("scope", "tasks:write tasks:read"),
        // as versions before 1.7 issue them
        token().without_header("typ").without("client_id"),
    ] {
        app.bearer(accepted.sign()).get(TASKS).await.is(200);
    }
    is_rejected(&app, token().with("aud", "https://other.example.com"), "another audience").await;
    is_rejected(&app, token().with("aud", keys.origin()), "the audience of the front end").await;
    is_rejected(&app, token().without("aud"), "no audience").await;
    for scope in ["tasks:read", "tasks:read tasks:writer", "tasks:read,tasks:write", "TASKS:READ TASKS:WRITE", ""] {
        is_rejected(&app, token().with("scope", scope), scope).await;
    }
    is_rejected(&app, token().without("scope"), "no scope").await;
    is_rejected(&app, token().with("scope", json!(["tasks:read", "tasks:write"])), "a list of scopes").await;
    is_rejected(&app, token().with("iss", "https://other.example.com"), "another issuer").await;
    is_rejected(&app, token().without("iss"), "no issuer").await;
    is_rejected(&app, token().without("sub"), "no user").await;
    is_rejected(&app, token().with("sub", "a-client"), "the client as the subject").await;
    is_rejected(&app, token().with("cnf", json!({"jkt": "a-key"})), "bound to a key").await;
    app.bearer(token().with("exp", 1).with("iat", 0).sign()).get(TASKS).await.reports_an_expired_token();
}

/// Tokens that the plugin itself issued.
#[actix_web::test]
async fn tokens_of_the_plugin_have_the_expected_form() {
    const TOKENS: &str = include_str!("../../../fixtures/better-auth/oauth_provider_tokens.json");
    let tokens: Value = serde_json::from_str(TOKENS).unwrap();
    let text = |member: &str| tokens[member].as_str().unwrap();
    let keys = KeyServer::start().await;
    keys.publishes_keys(tokens["keys"].as_array().unwrap().clone());
    // the audience of an ID token is the client
    let front_end = [("JWT_ISSUER", text("issuer")), ("JWT_AUDIENCE", "https://auth.example.com")];
    let oauth = [("OAUTH_AUDIENCE", text("resource")), ("OAUTH_SCOPE", "tasks")];
    let app = TestApp::with_key_server_and(&keys, &[front_end[0], front_end[1], oauth[0], oauth[1]]).await;
    let client = app.bearer(text("access_token"));
    assert_eq!(client.creates_a_task("Buy milk").await["user_id"], text("user_id"));
    for other in ["id_token", "client_credentials_token"] {
        app.bearer(text(other)).get(TASKS).await.rejects_the_token();
    }
    let other_audience = [front_end[0], front_end[1], ("OAUTH_AUDIENCE", "https://other.example.com"), oauth[1]];
    let another_scope = [front_end[0], front_end[1], oauth[0], ("OAUTH_SCOPE", "tasks admin")];
    for settings in [&other_audience[..], &another_scope, &front_end] {
        let app = TestApp::with_key_server_and(&keys, settings).await;
        app.bearer(text("access_token")).get(TASKS).await.rejects_the_token();
    }
}

/// An access token of a client must not have the rights of the front end.
#[actix_web::test]
async fn the_requirements_of_front_end_tokens_do_not_apply() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &SETTINGS).await;
    let token = || access_token(&issuer, &keys);
    let like_the_front_end = || token().with("aud", keys.origin()).with("iss", keys.origin());
    is_rejected(&app, like_the_front_end(), "typ at+jwt").await;
    is_rejected(&app, like_the_front_end().without_header("typ"), "no typ").await;
    is_rejected(&app, like_the_front_end().without_header("typ").without("azp"), "client_id alone").await;
    // and the front end's own tokens need no scope
    app.ann_of(&issuer).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn without_the_settings_access_tokens_are_rejected() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || access_token(&issuer, &keys).with("iss", keys.origin()).with("aud", keys.origin());
    is_rejected(&app, token(), "typ at+jwt").await;
    is_rejected(&app, token().without_header("typ"), "no typ").await;
}

/// Whatever its scopes, a client can read the profile and work with tasks, and nothing else.
#[actix_web::test]
async fn an_oauth_client_cannot_manage_the_account() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let settings = [SETTINGS[0], SETTINGS[1], ("BETTER_AUTH_SECRET", SECRET), ACCOUNTS];
    let app = TestApp::with_key_server_and(&keys, &settings).await;
    let client = app.bearer(access_token(&issuer, &keys).sign());
    let front_end = app.ann_of(&issuer);
    for (method, path) in [
        (Method::GET, "/api/auth/sessions"),
        (Method::DELETE, "/api/auth/sessions/a-session"),
        (Method::DELETE, "/api/auth/sessions"),
        (Method::POST, "/api/auth/password"),
        (Method::DELETE, "/api/auth/me"),
    ] {
        let response = ApiResponse::to(client.request(method.clone(), path).json(&json!({}))).await;
        let response = response.is_problem(403, "forbidden");
        assert_eq!(response.header("www-authenticate"), Some("Bearer error=\"insufficient_scope\""), "{path}");
    }
    assert_eq!(client.get("/api/auth/me").await.is(200).json()["id"], "ann");
    client.get("/api/auth/list-sessions").await.is(401);
    front_end.get("/api/auth/sessions").await.is(200);
    client.logs_out().await.is(204);
    client.is_rejected().await;
    front_end.is_accepted().await;
}

#[actix_web::test]
async fn jwt_issuer_is_the_issuer_if_it_is_set() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let settings = [SETTINGS[0], SETTINGS[1], ("JWT_ISSUER", "https://app.example.com/api/auth")];
    let app = TestApp::with_key_server_and(&keys, &settings).await;
    let token = || access_token(&issuer, &keys);
    app.bearer(token().with("iss", "https://app.example.com/api/auth").sign()).get(TASKS).await.is(200);
    is_rejected(&app, token(), "the default").await;
}

#[actix_web::test]
async fn explain_token_says_what_an_access_token_lacks() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let disabled = Program::new().with("JWKS_URL", &keys.url());
    let enabled = SETTINGS
        .into_iter()
        .fold(Program::new().with("JWKS_URL", &keys.url()), |program, (name, value)| program.with(name, value));
    let token = || access_token(&issuer, &keys);
    let to_enable = "set OAUTH_AUDIENCE and OAUTH_SCOPE to accept such tokens";
    for (program, token, message) in [
        (&disabled, token(), to_enable),
        (&disabled, token().without_header("typ"), "OAUTH_AUDIENCE and OAUTH_SCOPE are not set"),
        (&enabled, token(), "accepted as ann"),
        (&enabled, token().with("aud", "tasks"), "expected `https://api.example.com` (OAUTH_AUDIENCE)\nhint: "),
        (
            &enabled,
            token().with("scope", "openid"),
            "scope is `openid`, the token needs `tasks:read tasks:write` (OAUTH_SCOPE)",
        ),
        (&enabled, token().with("sub", "a-client"), "the token was issued to an OAuth client, not to a user"),
        (&enabled, token().with("cnf", json!({"jkt": "a-key"})), "the token is bound to a key (cnf)"),
    ] {
        let output = program.run_with_input(&["explain-token"], &token.sign()).await;
        assert!(output.stdout.contains(message), "{message}: {output:?}");
    }
}

#[actix_web::test]
async fn both_settings_and_a_key_set_are_needed() {
    let with_key_set = || Program::new().with("JWKS_URL", "https://app.example.com/jwks");
    is_rejected_by_name(&with_key_set().with("OAUTH_AUDIENCE", RESOURCE), "OAUTH_SCOPE", RESOURCE).await;
    is_rejected_by_name(&with_key_set().with("OAUTH_SCOPE", "hunter2"), "OAUTH_AUDIENCE", "hunter2").await;
    is_rejected_by_name(&Program::new().with("OAUTH_AUDIENCE", RESOURCE), "OAUTH_AUDIENCE", RESOURCE).await;
    is_rejected_by_name(&Program::new().with("OAUTH_SCOPE", "hunter2"), "OAUTH_SCOPE", "hunter2").await;
}
