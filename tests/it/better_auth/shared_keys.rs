//! The service and a real Better Auth sign with the same key pairs of the table `jwks`.

use std::sync::Arc;

use serde_json::Value;

use crate::support::{
    ACCOUNTS, Backend, BetterAuth, SECRET, SqlConnection, TestApp, TestDatabase,
    better_auth::{jose_verifies, jwt_part},
};

const ORIGIN: &str = "http://localhost:3000";

const SIGNED: [(&str, &str); 3] = [ACCOUNTS, ("ACCESS_TOKEN_ALG", "EdDSA"), ("PUBLIC_URL", ORIGIN)];

const OTHER_SECRET: &str = "another-secret-of-more-than-32-bytes-in-all";

async fn published(app: &TestApp) -> Vec<Value> {
    app.anonymous().get("/api/auth/jwks").await.is(200).json()["keys"].as_array().unwrap().clone()
}

fn kid(token: &str) -> Value {
    jwt_part(token, 0)["kid"].clone()
}

/// Asserts that there is one key, that both publish it alike, and that each accepts the other's tokens.
async fn share_one_key(here: &TestApp, there: &BetterAuth) {
    let keys = published(here).await;
    assert_eq!(keys, there.keys().await);
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    let ann = here.anonymous().signs_up("ann").await;
    assert_eq!(kid(ann.access_token()), key["kid"]);
    assert_eq!(there.verifies(ann.access_token()).await, ann.claims());
    assert_eq!(jose_verifies(ann.access_token(), here.base(), ORIGIN).await, ann.claims());

    let signed_in = there.signs_in("ann").await;
    let token = signed_in.token().await;
    assert_eq!(kid(&token), key["kid"]);
    let trusting = TestApp::start_on(
        there.database(),
        [ACCOUNTS, there.jwks_url_setting(), ("JWT_ISSUER", ORIGIN), ("JWT_AUDIENCE", ORIGIN)],
    )
    .await;
    trusting.bearer(&token).is_accepted().await;
    // the key is the same, the type of the token is not
    here.bearer(&token).get("/api/tasks").await.rejects_the_token();
    assert!(!there.anonymous().with_bearer(ann.access_token()).is_known().await);
    there.anonymous().with_bearer(ann.access_token()).get("/api/auth/token").await.is(401);
}

#[actix_web::test]
async fn better_auth_uses_a_key_made_here() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let here = TestApp::start_on(Arc::clone(&database), SIGNED).await;
    let there = BetterAuth::start_on(database, [("BASE_URL", ORIGIN)]).await;
    share_one_key(&here, &there).await;
}

#[actix_web::test]
async fn the_service_uses_a_key_made_by_better_auth() {
    let there = BetterAuth::start([("BASE_URL", ORIGIN), ("MIGRATE", "on")]).await;
    let here = TestApp::start_on(there.database(), SIGNED).await;
    share_one_key(&here, &there).await;
}

#[actix_web::test]
async fn versioned_secrets_encrypt_keys_for_both() {
    let secrets = format!("7:{OTHER_SECRET},1:{SECRET}");
    let versioned = ("BETTER_AUTH_SECRETS", secrets.as_str());
    for is_made_here in [true, false] {
        let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
        let start_here = || TestApp::start_on(Arc::clone(&database), SIGNED.into_iter().chain([versioned]));
        let here = if is_made_here { Some(start_here().await) } else { None };
        let there = BetterAuth::start_on(Arc::clone(&database), [("BASE_URL", ORIGIN), versioned]).await;
        let here = match here {
            Some(here) => here,
            None => start_here().await,
        };
        let private = SqlConnection::on(&database).await.text(r#"select "privateKey" from jwks"#).await;
        assert!(private.starts_with("\"$ba$7$"), "{}", &private[..8]);
        share_one_key(&here, &there).await;
    }
}

#[actix_web::test]
async fn a_rotation_by_better_auth_is_followed() {
    let there = BetterAuth::start([("BASE_URL", ORIGIN)]).await;
    let here = TestApp::start_on(there.database(), SIGNED).await;
    let ann = here.anonymous().signs_up("ann").await;
    there.expires_its_keys().await;
    let new = kid(&there.signs_in("ann").await.token().await);
    assert_ne!(new, kid(ann.access_token()));
    here.advance_clock(chrono::Duration::seconds(6));
    // the older key is still published, and verifies
    assert_eq!(published(&here).await.len(), 2);
    assert_eq!(kid(here.anonymous().logs_in("ann").await.access_token()), new);
    ann.is_accepted().await;
}
