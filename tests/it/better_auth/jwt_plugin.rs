//! The users of a real Better Auth: its tokens are let in by the keys that it publishes, and nothing else that it hands out.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::support::{
    ApiResponse, Backend, BetterAuth, BetterAuthUser, NO_SECRET, TestApp, TestDatabase, better_auth::part,
};

/// The address of a front end that its users know, and the service does not.
const PUBLIC: &str = "https://app.example.com";

async fn tried(app: &TestApp, token: impl Into<String>) -> ApiResponse {
    app.bearer(token).get("/api/tasks").await
}

/// On the front end's own database, and on another one.
async fn users_keep_their_tasks(algorithm: &str) {
    let better_auth = BetterAuth::start([("ALG", algorithm)]).await;
    let (ann, bob) = (better_auth.signs_up("ann").await, better_auth.signs_up("bob").await);
    let another = Arc::new(TestDatabase::new(Backend::Sqlite).await);
    for database in [better_auth.database(), another] {
        let app = TestApp::start_on(database, [better_auth.jwks_url_setting(), NO_SECRET]).await;
        let here = async |user: &BetterAuthUser| app.bearer(user.token().await);
        let task = here(&ann).await.creates_a_task("Buy milk").await;
        assert_eq!(task["user_id"], ann.id());
        here(&ann).await.sees(&task).await;
        assert_eq!(here(&ann).await.titles("").await, ["Buy milk"]);
        here(&bob).await.cannot_see(&task).await;
        assert_eq!(here(&bob).await.creates_a_task("Buy bread").await["user_id"], bob.id());
        assert_eq!(here(&ann).await.titles("").await, ["Buy milk"]);
    }
}

#[actix_web::test]
async fn users_keep_their_tasks_by_eddsa() {
    users_keep_their_tasks("EdDSA").await;
}

#[actix_web::test]
async fn users_keep_their_tasks_by_es256() {
    users_keep_their_tasks("ES256").await;
}

#[actix_web::test]
async fn users_keep_their_tasks_by_es512() {
    users_keep_their_tasks("ES512").await;
}

#[actix_web::test]
async fn users_keep_their_tasks_by_ps256() {
    users_keep_their_tasks("PS256").await;
}

#[actix_web::test]
async fn users_keep_their_tasks_by_rs256() {
    users_keep_their_tasks("RS256").await;
}

/// What we know of its tokens and its key set, on which the service's defaults rest.
#[actix_web::test]
async fn its_tokens_and_keys_have_the_form_that_we_know() {
    let mut better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    for (algorithm, form) in [
        ("EdDSA", json!({"alg": "EdDSA", "crv": "Ed25519", "kty": "OKP"})),
        ("ES256", json!({"alg": "ES256", "crv": "P-256", "kty": "EC"})),
        ("ES512", json!({"alg": "ES512", "crv": "P-521", "kty": "EC"})),
        ("PS256", json!({"alg": "PS256", "kty": "RSA", "e": "AQAB"})),
        ("RS256", json!({"alg": "RS256", "kty": "RSA", "e": "AQAB"})),
    ] {
        better_auth.restarts_with([("ALG", algorithm)]).await;
        better_auth.expires_its_keys().await;
        let token = ann.token().await;
        let kid = part(&token, 0)["kid"].take();
        assert_eq!(part(&token, 0), json!({"alg": algorithm, "kid": kid}));

        let payload = part(&token, 1);
        assert_eq!((&payload["sub"], &payload["iss"]), (&json!(ann.id()), &json!(better_auth.origin())));
        assert_eq!(payload["aud"], payload["iss"]);
        assert_eq!(payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap(), 15 * 60);

        let keys = better_auth.keys().await;
        let mut key = keys.into_iter().find(|key| key["kid"] == kid).unwrap();
        key.as_object_mut().unwrap().retain(|name, _| !["kid", "x", "y", "n"].contains(&name.as_str()));
        assert_eq!(key, form);
    }
}

/// What is in a browser's cookies and in mails looks like a token, and partly is signed with the very keys.
#[actix_web::test]
async fn nothing_else_of_its_own_is_let_in() {
    let mut better_auth = BetterAuth::start([]).await;
    let keys_alone = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    let both_doors = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting()]).await;
    let ann = better_auth.signs_up("ann").await;
    let token = ann.token().await;
    let mailed = better_auth.verification_token_mailed_to("ann").await;
    assert_eq!(part(&mailed, 0), json!({"alg": "HS256"}));
    let cookie = ann.cookie("session_token").to_owned();
    let signed = cookie.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let session = signed.split('.').next().unwrap().to_owned();
    let mut rejected = vec![mailed, cookie, signed, session];
    for (cache, jwt) in [("compact", "on"), ("jwe", "on"), ("jwt", "on"), ("jwt", "off")] {
        better_auth.restarts_with([("COOKIE_CACHE", cache), ("JWT", jwt)]).await;
        rejected.push(better_auth.signs_in("ann").await.cookie("session_data").to_owned());
    }
    assert_eq!(part(&rejected[6], 0)["typ"], "better-auth.session-cache+jwt");
    assert_eq!(part(&rejected[7], 0), json!({"alg": "HS256"}));
    for app in [keys_alone, both_doors] {
        for value in &rejected {
            tried(&app, value).await.rejects_the_token();
        }
        tried(&app, &token).await.is(200);
    }
}

#[actix_web::test]
async fn the_secret_and_the_keys_are_two_doors_to_one_users_tasks() {
    let better_auth = BetterAuth::start([]).await;
    let ann = better_auth.signs_up("ann").await;
    let both_doors = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting()]).await;
    let task = both_doors.bearer(ann.token().await).creates_a_task("Buy milk").await;
    both_doors.user(ann.id()).sees(&task).await;
    both_doors.bob().cannot_see(&task).await;

    let keys_alone = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    keys_alone.bearer(ann.token().await).sees(&task).await;
    tried(&keys_alone, keys_alone.token(ann.id()).sign()).await.rejects_the_token();
}

#[actix_web::test]
async fn a_front_end_of_another_name_needs_its_name_said() {
    let better_auth = BetterAuth::start([("BASE_URL", PUBLIC)]).await;
    let token = better_auth.signs_up("ann").await.token().await;
    let (issuer, audience) = (("JWT_ISSUER", PUBLIC), ("JWT_AUDIENCE", PUBLIC));
    let unsaid = ("JWT_ISSUER", "");
    for (settings, is_accepted) in [
        ([unsaid, unsaid], false),
        ([issuer, unsaid], false),
        ([unsaid, audience], false),
        ([("JWT_ISSUER", "https://app.example.com/"), audience], false),
        ([issuer, audience], true),
    ] {
        let [one, two] = settings;
        let app =
            TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET, one, two]).await;
        let response = tried(&app, &token).await;
        if is_accepted {
            response.is(200)
        } else {
            response.rejects_the_token()
        };
    }
}

#[actix_web::test]
async fn the_users_of_another_front_end_stay_outside() {
    let same_name = [("BASE_URL", PUBLIC)];
    let (ours, theirs) = (BetterAuth::start(same_name).await, BetterAuth::start(same_name).await);
    let settings = [ours.jwks_url_setting(), NO_SECRET, ("JWT_ISSUER", PUBLIC), ("JWT_AUDIENCE", PUBLIC)];
    let app = TestApp::start_on(ours.database(), settings).await;
    tried(&app, ours.signs_up("ann").await.token().await).await.is(200);
    tried(&app, theirs.signs_up("ann").await.token().await).await.rejects_the_token();
}

#[actix_web::test]
async fn a_session_that_is_over_makes_no_more_tokens() {
    let better_auth = BetterAuth::start([]).await;
    let app = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    let ann = better_auth.signs_up("ann").await;
    let (token, another) = (ann.token().await, better_auth.signs_in("ann").await);
    ann.signs_out().await;
    ann.get("/api/auth/token").await.is(401);
    tried(&app, token).await.is(200);
    tried(&app, another.token().await).await.is(200);
}

/// On its own database the row is read, which is newer than the token; elsewhere the token has the word.
#[actix_web::test]
async fn a_user_is_known_by_name() {
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
async fn the_service_comes_to_tables_of_its_own_migrator() {
    let better_auth = BetterAuth::start([("MIGRATE", "on")]).await;
    let ann = better_auth.signs_up("ann").await;
    let app = TestApp::start_on(better_auth.database(), [better_auth.jwks_url_setting(), NO_SECRET]).await;
    let task = app.bearer(ann.token().await).creates_a_task("Buy milk").await;
    assert_eq!(task["user_id"], ann.id());
    better_auth.signs_up("bob").await;
}
