//! The key pairs of the table `jwks`: which one signs, and which public keys are published.

use std::sync::Arc;

use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, BACKENDS, Backend, KeyPairRow, Program, SECRET, SignedInUser, SqlConnection, TestApp, TestDatabase,
    better_auth::{jose_verifies, jwt_part},
    on_both,
};

/// The issuer of the tokens.
pub(super) const ORIGIN: &str = "https://api.example.com";

/// A service that signs access tokens with a key pair.
pub(super) const SIGNED: [(&str, &str); 3] = [ACCOUNTS, ("ACCESS_TOKEN_ALG", "EdDSA"), ("PUBLIC_URL", ORIGIN)];

/// The table as Better Auth created it before version 1.7.
const TABLE_OF_1_6: &str = r#"create table "jwks" ("id" text not null primary key, "publicKey" text not null, "privateKey" text not null, "createdAt" timestamptz not null, "expiresAt" timestamptz);"#;

/// The published keys.
pub(super) async fn keys(app: &TestApp) -> Vec<Value> {
    app.anonymous().get("/api/auth/jwks").await.is(200).json()["keys"].as_array().unwrap().clone()
}

pub(super) fn kids(keys: &[Value]) -> Vec<&str> {
    keys.iter().map(|key| key["kid"].as_str().unwrap()).collect()
}

pub(super) fn kid(user: &SignedInUser) -> String {
    jwt_part(user.access_token(), 0)["kid"].as_str().unwrap().to_owned()
}

on_both! {
    with crate::tokens::signing_keys::SIGNED:

    the_public_key_is_published_as_better_auth_does(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let published = keys(&app).await;
        let [key] = published.as_slice() else { panic!("{published:?}") };
        assert_eq!(*key, json!({"alg": "EdDSA", "crv": "Ed25519", "kty": "OKP", "x": key["x"], "kid": kid(&ann)}));
        assert_eq!(app.anonymous().get("/api/jwks").await.is(200).json()["keys"], json!(published));
        let id = key["kid"].as_str().unwrap();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
    }

    the_private_key_is_stored_encrypted(app) {
        let sql = SqlConnection::on(&app.database()).await;
        let private: String = serde_json::from_str(&sql.text(r#"select "privateKey" from jwks"#).await).unwrap();
        let length = r#"{"crv":"Ed25519","d":"","x":"","kty":"OKP"}"#.len() + 2 * 43;
        assert_eq!(hex::decode(&private).unwrap().len(), 24 + length + 16);
        let public: Value = serde_json::from_str(&sql.text(r#"select "publicKey" from jwks"#).await).unwrap();
        assert_eq!(public, json!({"crv": "Ed25519", "kty": "OKP", "x": keys(&app).await[0]["x"]}));
        assert_eq!(sql.text("select alg || crv from jwks").await, "EdDSAEd25519");
    }

    private_members_are_never_published(app) {
        let pair = KeyPairRow::new("known");
        let mut jwk = pair.public_jwk();
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth", "anything"] {
            jwk[private] = "secret".into();
        }
        pair.is_stored(&app.database(), &jwk).await;
        app.advance_clock(chrono::Duration::seconds(6));
        let published = keys(&app).await;
        let known = published.iter().find(|key| key["kid"] == "known").expect("the key");
        let members: Vec<_> = known.as_object().unwrap().keys().collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "x"]);
    }

    a_symmetric_key_is_not_published(app) {
        let pair = KeyPairRow::new("known");
        pair.is_stored(&app.database(), &json!({"kty": "oct", "k": "secret"})).await;
        app.advance_clock(chrono::Duration::seconds(6));
        let published = keys(&app).await;
        assert!(published.len() == 1 && !kids(&published).contains(&"known"), "{published:?}");
    }

    another_service_verifies_a_token_with_jose(app) {
        let ann = app.anonymous().signs_up("ann").await;
        assert_eq!(jose_verifies(ann.access_token(), app.base(), ORIGIN).await, ann.claims());
        assert_eq!(jose_verifies(ann.access_token(), app.base(), "https://evil.example").await, "ERR_JWT_CLAIM_VALIDATION_FAILED");
        let browser = app.signs_up_in_a_browser("bob").await;
        assert_eq!(jose_verifies(&browser.token().await, app.base(), ORIGIN).await["sub"], browser.id());
        let unpublished = KeyPairRow::new("unpublished").signs(&jwt_part(ann.access_token(), 0), &ann.claims());
        assert_eq!(jose_verifies(&unpublished, app.base(), ORIGIN).await, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    }

    explain_token_reads_the_keys_of_the_database(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let program = SIGNED.into_iter().fold(Program::on(&app.database()), |program, (name, value)| program.with(name, value));
        let output = program.with("BETTER_AUTH_SECRET", SECRET).run_with_input(&["explain-token"], ann.access_token()).await;
        assert!(output.code == Some(0) && output.stdout.contains(ann.id()), "{output:?}");
        let rows = SqlConnection::on(&app.database()).await.number("select count(*) from jwks").await;
        assert_eq!(rows, 1, "it creates no key");
    }

    a_key_of_a_former_secret_is_published_and_another_signs(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let settings = [("BETTER_AUTH_SECRET", "another-secret-of-more-than-32-bytes-in-all")];
        let other = TestApp::start_on(app.database(), SIGNED.into_iter().chain(settings)).await;
        let bob = other.anonymous().signs_up("bob").await;
        assert_ne!(kid(&bob), kid(&ann));
        assert_eq!(keys(&other).await.len(), 2);
        // the signature proves the token, whatever secret encrypts the private key
        other.bearer(ann.access_token()).is_accepted().await;
        // the old secret does not decrypt the new key, and keeps the old one
        app.advance_clock(chrono::Duration::seconds(6));
        assert_eq!(keys(&app).await.len(), 2);
        assert_eq!(kid(&app.anonymous().logs_in("ann").await), kid(&ann));
        // both secrets decrypt both
        let both = format!("2:{},1:{}", settings[0].1, SECRET);
        let settings = [("BETTER_AUTH_SECRET", ""), ("BETTER_AUTH_SECRETS", both.as_str())];
        let rotated = TestApp::start_on(app.database(), SIGNED.into_iter().chain(settings)).await;
        assert_eq!(kid(&rotated.anonymous().logs_in("ann").await), kid(&bob));
        assert_eq!(keys(&rotated).await.len(), 2);
    }
}

#[actix_web::test]
async fn two_replicas_that_start_at_once_accept_each_others_tokens() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        // both find the tables, but no key
        drop(TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await);
        let start = || TestApp::start_on(Arc::clone(&database), SIGNED);
        let (one, other) = join(start(), start()).await;
        let ann = one.anonymous().signs_up("ann").await;
        let bob = other.anonymous().signs_up("bob").await;
        for app in [&one, &other] {
            app.bearer(ann.access_token()).is_accepted().await;
            app.bearer(bob.access_token()).is_accepted().await;
            app.advance_clock(chrono::Duration::seconds(6));
            let published = keys(app).await;
            assert!(kids(&published).contains(&kid(&ann).as_str()) && kids(&published).contains(&kid(&bob).as_str()));
        }
    }
}

#[actix_web::test]
async fn without_the_setting_no_key_is_created() {
    for backend in BACKENDS {
        let app = TestApp::start_with(backend, [ACCOUNTS]).await;
        let ann = app.anonymous().signs_up("ann").await;
        assert_eq!(app.anonymous().get("/api/auth/jwks").await.is(200).json(), json!({"keys": []}));
        assert_eq!(jwt_part(ann.access_token(), 0)["alg"], "HS256");
        let signing = TestApp::start_on(app.database(), SIGNED).await;
        app.advance_clock(chrono::Duration::seconds(6));
        assert_eq!(keys(&app).await, keys(&signing).await, "the keys of the database are published");
        // tokens from before the change are still accepted, and those of key pairs only where they are configured
        signing.bearer(ann.access_token()).is_accepted().await;
        let signed = signing.anonymous().logs_in("ann").await;
        signed.is_accepted().await;
        app.bearer(signed.access_token()).get("/api/tasks").await.rejects_the_token();
    }
}

#[actix_web::test]
async fn a_table_of_better_auth_1_6_stores_the_key() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let ddl = if backend == Backend::Postgres {
            TABLE_OF_1_6.into()
        } else {
            TABLE_OF_1_6.replace("timestamptz", "date")
        };
        SqlConnection::on(&database).await.run(&ddl).await;
        let mut app = TestApp::start_on(database, SIGNED).await;
        let ann = app.anonymous().signs_up("ann").await;
        app.restart().await;
        assert_eq!(kids(&keys(&app).await), [kid(&ann)]);
        assert_eq!(keys(&app).await[0]["alg"], "EdDSA");
        app.bearer(ann.access_token()).is_accepted().await;
    }
}
