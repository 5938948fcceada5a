//! A session cookie of the service is valid at a real Better Auth on the same database, and the reverse.

use serde_json::{Value, json};

use crate::support::{
    BetterAuth, BetterAuthUser, SqlConnection, TestApp, email, password, revocation_feed::within_a_second,
};

const NEW_PASSWORD: &str = "another password";

/// Both servers on one database, in both orders: a session is made at the first and used at the second.
async fn in_both_directions() -> (TestApp, BetterAuth, [(String, String); 2]) {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let (service, better_auth) = (here.base().to_owned(), there.origin().to_owned());
    (here, there, [(service.clone(), better_auth.clone()), (better_auth, service)])
}

async fn signs_up_at(base: &str, name: &str) -> BetterAuthUser {
    let user = json!({ "name": name, "email": email(name), "password": password(name) });
    BetterAuthUser::authenticate("/api/auth/sign-up/email", user, base, base).await
}

async fn signs_in_at(base: &str, name: &str) -> BetterAuthUser {
    let credentials = json!({ "email": email(name), "password": password(name) });
    BetterAuthUser::authenticate("/api/auth/sign-in/email", credentials, base, base).await
}

async fn session_at(user: &BetterAuthUser) -> Value {
    user.get("/api/auth/get-session").await.is(200).json()
}

/// Waits at most a second until the session is unknown.
async fn is_signed_out(user: &BetterAuthUser) {
    within_a_second(async { while user.is_known().await {} }).await;
}

#[actix_web::test]
async fn a_session_is_valid_at_the_other_server() {
    let (here, _there, directions) = in_both_directions().await;
    for (first, second) in &directions {
        let name = if first == here.base() { "ann" } else { "bob" };
        let user = signs_up_at(first, name).await;
        let session = session_at(&user).await;
        let moved = user.at(second);
        assert_eq!(session_at(&moved).await, session);
        assert_eq!(moved.sessions().await, [session["session"].clone()]);
        assert_eq!(signs_in_at(second, name).await.id(), moved.id());
    }
}

#[actix_web::test]
async fn a_session_of_better_auth_gets_a_token_of_the_service() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user = there.signs_up("ann").await.at(here.base());
    let client = here.bearer(user.token().await);
    client.creates_a_task("Buy milk").await;
    user.at(there.origin()).signs_out().await;
    client.is_rejected_within_a_second().await;
}

#[actix_web::test]
async fn a_sign_out_applies_to_both() {
    let (here, _there, directions) = in_both_directions().await;
    for (first, second) in &directions {
        let name = if first == here.base() { "ann" } else { "bob" };
        let user = signs_up_at(first, name).await.at(second);
        assert!(user.is_known().await);
        user.signs_out().await;
        is_signed_out(&user.at(first)).await;
    }
}

#[actix_web::test]
async fn revocations_apply_to_both() {
    let (here, _there, directions) = in_both_directions().await;
    for (first, second) in &directions {
        let name = if first == here.base() { "ann" } else { "bob" };
        let revoked = signs_up_at(first, name).await;
        let (other, kept) = (signs_in_at(first, name).await, signs_in_at(second, name).await);
        let token = json!({ "token": revoked.session_token() });
        kept.post("/api/auth/revoke-session", token).await.is(200);
        is_signed_out(&revoked).await;
        assert!(other.is_known().await);
        kept.post("/api/auth/revoke-other-sessions", json!({})).await.is(200);
        is_signed_out(&other).await;
        assert!(kept.is_known().await);
    }
}

#[actix_web::test]
async fn a_password_change_applies_to_both() {
    let (here, _there, directions) = in_both_directions().await;
    for (first, second) in &directions {
        let name = if first == here.base() { "ann" } else { "bob" };
        let before = signs_up_at(first, name).await;
        let change = json!({
            "currentPassword": password(name), "newPassword": NEW_PASSWORD, "revokeOtherSessions": true,
        });
        signs_in_at(second, name).await.post("/api/auth/change-password", change).await.is(200);
        is_signed_out(&before).await;
        for base in [first, second] {
            let anonymous = BetterAuthUser::anonymous(base, base);
            for (password, status) in [(password(name).as_str(), 401), (NEW_PASSWORD, 200)] {
                let credentials = json!({ "email": email(name), "password": password });
                anonymous.post("/api/auth/sign-in/email", credentials).await.is(status);
            }
        }
    }
}

#[actix_web::test]
async fn a_deletion_applies_to_both() {
    let (here, _there, directions) = in_both_directions().await;
    for (first, second) in &directions {
        let name = if first == here.base() { "ann" } else { "bob" };
        let user = signs_up_at(first, name).await;
        let deletion = json!({ "password": password(name) });
        let elsewhere = user.at(second);
        elsewhere.post("/api/auth/delete-user", deletion).await.is(200);
        is_signed_out(&user).await;
        let credentials = json!({ "email": email(name), "password": password(name) });
        for base in [first, second] {
            BetterAuthUser::anonymous(base, base).post("/api/auth/sign-in/email", credentials.clone()).await.is(401);
        }
    }
}

/// The plugin admin() deletes the user's sessions and marks the user.
#[actix_web::test]
async fn a_ban_by_better_auth_applies_here() {
    let there = BetterAuth::start([("MIGRATE", "on"), ("ADMIN", "on")]).await;
    let here = TestApp::start_on(there.database(), [crate::support::ACCOUNTS, there.jwks_url_setting()]).await;
    let admin = there.signs_up("admin").await;
    SqlConnection::on(&there.database()).await.run(r#"update "user" set role = 'admin'"#).await;
    let ann = signs_up_at(here.base(), "ann").await;
    let client = here.bearer(ann.token().await);
    client.is_accepted().await;
    admin.post("/api/auth/admin/ban-user", json!({ "userId": ann.id() })).await.is(200);
    client.is_rejected_within_a_second().await;
    is_signed_out(&ann).await;
    let credentials = json!({ "email": email("ann"), "password": password("ann") });
    for base in [here.base(), there.origin()] {
        let response = BetterAuthUser::anonymous(base, base).post("/api/auth/sign-in/email", credentials.clone()).await;
        assert_eq!(response.is(403).json()["code"], "BANNED_USER");
    }
}

/// After each flow that writes rows, Better Auth starts with its schema check and its migrator changes nothing.
#[actix_web::test]
async fn the_tables_stay_as_better_auth_expects() {
    let (here, mut there) = BetterAuth::with_a_service([]).await;
    let ann = signs_up_at(here.base(), "ann").await;
    ann.token().await;
    ann.get("/api/auth/jwks").await.is(200);
    there.restarts_with([("MIGRATE", "on")]).await;
    assert_eq!(there.migration_report().await, "");
    assert!(ann.at(there.origin()).is_known().await);
}
