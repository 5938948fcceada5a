//! Tokens of a real Better Auth's `jwt()` plugin are accepted; its cookies and mails are not.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::support::{
    ApiResponse, Backend, BetterAuth, BetterAuthUser, NO_SECRET, TestApp, TestDatabase, better_auth::jwt_part,
};

/// A public origin that differs from that of `JWKS_URL`.
const PUBLIC_ORIGIN: &str = "https://app.example.com";

async fn request_with(app: &TestApp, token: impl Into<String>) -> ApiResponse {
    app.bearer(token).get("/api/tasks").await
}

/// Runs on the database of Better Auth and on another one.
async fn users_have_their_own_tasks(algorithm: &str) {
    let better_auth = BetterAuth::start([("ALG", algorithm)]).await;
    let (ann, bob) = (better_auth.signs_up("ann").await, better_auth.signs_up("bob").await);
    let another = Arc::new(TestDatabase::new(Backend::Sqlite).await);
    for database in [better_auth.database(), another] {
        let app = TestApp::start_on(database, [better_auth.jwks_url_setting(), NO_SECRET]).await;
        let client_of = async |user: &BetterAuthUser| app.bearer(user.token().await);
        let task = client_of(&ann).await.creates_a_task("Buy milk").await;
        assert_eq!(task["user_id"], ann.id());
        client_of(&ann).await.sees(&task).await;
        assert_eq!(client_of(&ann).await.titles("").await, ["Buy milk"]);
        client_of(&bob).await.cannot_see(&task).await;
        assert_eq!(client_of(&bob).await.creates_a_task("Buy bread").await["user_id"], bob.id());
        assert_eq!(client_of(&ann).await.titles("").await, ["Buy milk"]);
    }
}

#[actix_web::test]
async fn users_have_their_own_tasks_with_eddsa() {
    users_have_their_own_tasks("EdDSA").await;
}

#[actix_web::test]
async fn users_have_their_own_tasks_with_es256() {
    users_have_their_own_tasks("ES256").await;
}

#[actix_web::test]
async fn users_have_their_own_tasks_with_es512() {
    users_have_their_own_tasks("ES512").await;
}

#[actix_web::test]
async fn users_have_their_own_tasks_with_ps256() {
    users_have_their_own_tasks("PS256").await;
}

#[actix_web::test]
async fn users_have_their_own_tasks_with_rs256() {
    users_have_their_own_tasks("RS256").await;
}

/// The defaults of the service depend on these properties.
#[actix_web::test]
async fn tokens_and_keys_have_the_expected_form() {
    let mut better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    for (algorithm, expected) in [
        ("EdDSA", json!({"alg": "EdDSA", "crv": "Ed25519", "kty": "OKP"})),
        ("ES256", json!({"alg": "ES256", "crv": "P-256", "kty": "EC"})),
        ("ES512", json!({"alg": "ES512", "crv": "P-521", "kty": "EC"})),
        ("PS256", json!({"alg": "PS256", "kty": "RSA", "e": "AQAB"})),
        ("RS256", json!({"alg": "RS256", "kty": "RSA", "e": "AQAB"})),
    ] {
        better_auth.restarts_with([("ALG", algorithm)]).await;
        better_auth.expires_its_keys().await;
        let token = ann.token().await;
        let kid = jwt_part(&token, 0)["kid"].take();
        assert_eq!(jwt_part(&token, 0), json!({"alg": algorithm, "kid": kid}));

        let payload = jwt_part(&token, 1);
        assert_eq!((&payload["sub"], &payload["iss"]), (&json!(ann.id()), &json!(better_auth.origin())));
        assert_eq!(payload["aud"], payload["iss"]);
        assert_eq!(payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap(), 15 * 60);

        let keys = better_auth.keys().await;
        let mut key = keys.into_iter().find(|key| key["kid"] == kid).unwrap();
        key.as_object_mut().unwrap().retain(|name, _| !["kid", "x", "y", "n"].contains(&name.as_str()));
        assert_eq!(key, expected);
    }
}

/// Cookies and mails contain JWTs that are partly signed with the same keys.
#[actix_web::test]
async fn cookies_and_mailed_tokens_are_rejected() {
    let mut better_auth = BetterAuth::start([]).await;
    let key_set_only = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    let both_verifiers = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting()]).await;
    let ann = better_auth.signs_up("ann").await;
    let token = ann.token().await;
    let mailed = better_auth.verification_token_mailed_to("ann").await;
    assert_eq!(jwt_part(&mailed, 0), json!({"alg": "HS256"}));
    let cookie = ann.cookie("session_token").to_owned();
    let signed = cookie.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let session = signed.split('.').next().unwrap().to_owned();
    let mut rejected = vec![mailed, cookie, signed, session];
    for (cache, jwt) in [("compact", "on"), ("jwe", "on"), ("jwt", "on"), ("jwt", "off")] {
        better_auth.restarts_with([("COOKIE_CACHE", cache), ("JWT", jwt)]).await;
        rejected.push(better_auth.signs_in("ann").await.cookie("session_data").to_owned());
    }
    assert_eq!(jwt_part(&rejected[6], 0)["typ"], "better-auth.session-cache+jwt");
    assert_eq!(jwt_part(&rejected[7], 0), json!({"alg": "HS256"}));
    for app in [key_set_only, both_verifiers] {
        for value in &rejected {
            request_with(&app, value).await.rejects_the_token();
        }
        request_with(&app, &token).await.is(200);
    }
}

#[actix_web::test]
async fn secret_and_keys_lead_to_the_same_tasks() {
    let better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let both_verifiers = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting()]).await;
    let task = both_verifiers.bearer(ann.token().await).creates_a_task("Buy milk").await;
    both_verifiers.user(ann.id()).sees(&task).await;
    both_verifiers.bob().cannot_see(&task).await;

    let key_set_only = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    key_set_only.bearer(ann.token().await).sees(&task).await;
    request_with(&key_set_only, key_set_only.token(ann.id()).sign()).await.rejects_the_token();
}

#[actix_web::test]
async fn another_public_origin_must_be_configured() {
    let better_auth = BetterAuth::start([("BASE_URL", PUBLIC_ORIGIN)]).await;
    let token = better_auth.signs_up("ann").await.token().await;
    let (issuer, audience) = (("JWT_ISSUER", PUBLIC_ORIGIN), ("JWT_AUDIENCE", PUBLIC_ORIGIN));
    let unset = ("JWT_ISSUER", "");
    for (settings, is_accepted) in [
        ([unset, unset], false),
        ([issuer, unset], false),
        ([unset, audience], false),
        ([("JWT_ISSUER", "https://app.example.com/"), audience], false),
        ([issuer, audience], true),
    ] {
        let [one, two] = settings;
        let app =
            TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET, one, two]).await;
        let response = request_with(&app, &token).await;
        if is_accepted {
            response.is(200)
        } else {
            response.rejects_the_token()
        };
    }
}

#[actix_web::test]
async fn tokens_of_another_better_auth_are_rejected() {
    let same_name = [("BASE_URL", PUBLIC_ORIGIN)];
    let (known, other) = (BetterAuth::start(same_name).await, BetterAuth::start(same_name).await);
    let settings =
        [known.jwks_url_setting(), NO_SECRET, ("JWT_ISSUER", PUBLIC_ORIGIN), ("JWT_AUDIENCE", PUBLIC_ORIGIN)];
    let app = TestApp::start_on(known.database(), settings).await;
    request_with(&app, known.signs_up("ann").await.token().await).await.is(200);
    request_with(&app, other.signs_up("ann").await.token().await).await.rejects_the_token();
}

#[actix_web::test]
async fn a_signed_out_session_issues_no_token() {
    let better_auth = BetterAuth::start([]).await;
    let app = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    let ann = better_auth.signs_up("ann").await;
    let (token, another) = (ann.token().await, better_auth.signs_in("ann").await);
    ann.signs_out().await;
    ann.get("/api/auth/token").await.is(401);
    request_with(&app, token).await.is(200);
    request_with(&app, another.token().await).await.is(200);
}

/// On the database of Better Auth the row is read, which is newer than the token; on another database the token is used.
#[actix_web::test]
async fn me_reads_the_row_of_better_auth() {
    let better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let token = ann.token().await;
    ann.post("/api/auth/update-user", json!({"name": "Ann Lee"})).await.is(200);
    let row = ann.get("/api/auth/get-session").await.is(200).json()["user"].take();
    let instant = |text: &Value| text.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();

    let another = Arc::new(TestDatabase::new(Backend::Sqlite).await);
    for (database, name) in [(better_auth.database(), "Ann Lee"), (another, "ann")] {
        let app = TestApp::start_on(database, [better_auth.jwks_url_setting(), NO_SECRET]).await;
        let me = app.bearer(&token).get("/api/auth/me").await.is(200).json();
        assert_eq!((&me["id"], &me["name"]), (&json!(ann.id()), &json!(name)));
        assert_eq!((&me["email"], &me["email_verified"]), (&json!("ann@example.com"), &json!(false)));
        if app.is_on(Backend::Postgres) {
            assert_eq!(instant(&me["created_at"]), instant(&row["createdAt"]));
        }
    }
}

#[actix_web::test]
async fn the_service_works_on_tables_of_its_migrator() {
    let better_auth = BetterAuth::start([("MIGRATE", "on")]).await;
    let ann = better_auth.signs_up("ann").await;
    let app = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    let task = app.bearer(ann.token().await).creates_a_task("Buy milk").await;
    assert_eq!(task["user_id"], ann.id());
    better_auth.signs_up("bob").await;
}
