//! `USER_ID_CLAIM`: the front end's tokens have the user's ID in another claim than `sub`.

use serde_json::{Value, json};
use taskbridge::clock::Clock;

use crate::{
    ops::settings::is_rejected_by_name,
    support::{ACCOUNTS, Backend, KeyServer, Program, SECRET, TestApp, Token},
};

const SETTING: (&str, &str) = ("USER_ID_CLAIM", "user_id");
const ME: &str = "/api/auth/me";

/// The claims that state the user.
type UserClaims = &'static [(&'static str, &'static str)];

const ACCEPTED: [UserClaims; 2] = [&[("user_id", "ann")], &[("user_id", "ann"), ("sub", "ann")]];
const REJECTED: [UserClaims; 5] = [
    &[],
    &[("sub", "ann")],
    &[("user_id", "ann"), ("sub", "bob")],
    &[("user_id", "ann"), ("sub", "")],
    &[("user_id", "two words")],
];

fn token_with(app: &TestApp, claims: UserClaims) -> String {
    claims.iter().fold(app.token("ann").without("sub"), |token, (name, value)| token.with(name, *value)).sign()
}

async fn id_of(app: &TestApp, token: &str) -> Value {
    app.bearer(token).get(ME).await.is(200).json()["id"].take()
}

#[actix_web::test]
async fn the_claim_replaces_sub_in_shared_secret_tokens() {
    let app = TestApp::start_with(Backend::Sqlite, [SETTING]).await;
    for claims in ACCEPTED {
        assert_eq!(id_of(&app, &token_with(&app, claims)).await, "ann");
    }
    for claims in REJECTED {
        app.bearer(token_with(&app, claims)).get(ME).await.rejects_the_token();
    }
    for value in [json!(7), json!(null), json!(["ann"]), json!({"id": "ann"}), json!("")] {
        app.bearer(app.token("ann").with("user_id", value.clone()).sign()).get(ME).await.rejects_the_token();
    }
}

#[actix_web::test]
async fn the_claim_replaces_sub_in_key_set_tokens() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let app = TestApp::with_key_server_and(&keys, &[SETTING]).await;
    let token = |claims: UserClaims| {
        let bare = issuer.token("ann", app.now()).without("sub");
        claims.iter().fold(bare, |token, (name, value)| token.with(name, *value)).sign()
    };
    for claims in ACCEPTED {
        assert_eq!(id_of(&app, &token(claims)).await, "ann");
    }
    for claims in REJECTED {
        app.bearer(token(claims)).get(ME).await.rejects_the_token();
    }
}

/// Without the setting, the claim has no meaning.
#[actix_web::test]
async fn other_claims_do_not_change_the_user() {
    let app = TestApp::start(Backend::Sqlite).await;
    assert_eq!(id_of(&app, &app.token("ann").with("user_id", "bob").sign()).await, "ann");
    app.bearer(token_with(&app, &[("user_id", "ann")])).get(ME).await.rejects_the_token();
}

#[actix_web::test]
async fn own_access_tokens_have_sub() {
    let app = TestApp::start_with(Backend::Sqlite, [SETTING, ACCOUNTS]).await;
    let ann = app.anonymous().signs_up("ann").await;
    assert_eq!(ann.get(ME).await.is(200).json()["id"], ann.id());
}

#[actix_web::test]
async fn a_minted_token_has_the_claim() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with(SETTING.0, SETTING.1);
    let token = program.run(&["mint-token", "--sub", "ann"]).await.stdout;
    assert_eq!(program.serve().await.bearer(token.trim()).get(ME).await.is(200).json()["id"], "ann");
}

#[actix_web::test]
async fn explain_token_names_the_claim() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with(SETTING.0, SETTING.1);
    let token = || Token::new("ann", Clock::system().now());
    for (token, message) in [
        (token(), "\nhint: the payload has `sub`, but no `user_id`; put the user's id in `user_id`"),
        (token().with("user_id", "bob"), "rejected: sub and `user_id` (USER_ID_CLAIM) name different users"),
        (token().with("user_id", 7), "\nhint: `user_id` is a number; make it a string"),
    ] {
        let output = program.run_with_input(&["explain-token"], &token.sign()).await;
        assert!(output.stdout.contains(message), "{message}: {output:?}");
    }
}

/// Users choose some of these; others are in tokens that Better Auth signs for other purposes.
#[actix_web::test]
async fn claims_with_another_meaning_are_rejected() {
    let program = || Program::new().with("BETTER_AUTH_SECRET", SECRET);
    for claim in ["email", "name", "aud", "exp", "sid", "updateTo", "requestType", "userId"] {
        is_rejected_by_name(&program().with(SETTING.0, claim), SETTING.0, claim).await;
    }
    let with_key_set_only = Program::new().with("JWKS_URL", "https://app.example.com/jwks").with(SETTING.0, "userId");
    with_key_set_only.serve().await;
}
