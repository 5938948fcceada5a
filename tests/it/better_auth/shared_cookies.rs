//! A session cookie of the service is valid at a real Better Auth on the same database, and the reverse.

use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, BetterAuth, BetterAuthUser, SqlConnection, TestApp, email, password, revocation_feed::soon,
};

const NEW_PASSWORD: &str = "another password";

/// A user signs up at one server and uses the other.
struct Direction<'s> {
    name: &'s str,
    /// The server where the user signs up.
    first: &'s str,
    second: &'s str,
}

/// Runs the check from the service to Better Auth and back.
async fn in_both_directions(check: impl AsyncFn(Direction<'_>)) {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let (here, there) = (here.base(), there.origin());
    check(Direction { name: "ann", first: here, second: there }).await;
    check(Direction { name: "bob", first: there, second: here }).await;
}

impl Direction<'_> {
    async fn signs_up(&self) -> BetterAuthUser {
        signs_up_at(self.first, self.name).await
    }

    async fn signs_in_at(&self, base: &str) -> BetterAuthUser {
        let credentials = credentials(self.name, &password(self.name));
        BetterAuthUser::authenticate("/api/auth/sign-in/email", credentials, base, base).await
    }

    /// Asserts the status of a sign-in at both servers.
    async fn sign_ins_give(&self, password: &str, status: u16) {
        for base in [self.first, self.second] {
            let browser = BetterAuthUser::anonymous(base, base);
            browser.post("/api/auth/sign-in/email", credentials(self.name, password)).await.is(status);
        }
    }
}

fn credentials(name: &str, password: &str) -> Value {
    json!({ "email": email(name), "password": password })
}

async fn signs_up_at(base: &str, name: &str) -> BetterAuthUser {
    let user = json!({ "name": name, "email": email(name), "password": password(name) });
    BetterAuthUser::authenticate("/api/auth/sign-up/email", user, base, base).await
}

async fn session_of(user: &BetterAuthUser) -> Value {
    user.get("/api/auth/get-session").await.is(200).json()
}

/// Waits at most a second until the session is unknown.
async fn is_signed_out(user: &BetterAuthUser) {
    soon(async { while user.is_known().await {} }).await;
}

#[actix_web::test]
async fn a_session_is_valid_at_the_other_server() {
    in_both_directions(async |direction| {
        let user = direction.signs_up().await;
        let (session, moved) = (session_of(&user).await, user.moved_to(direction.second));
        assert_eq!(session_of(&moved).await, session);
        assert_eq!(moved.sessions().await, [session["session"].clone()]);
        assert_eq!(direction.signs_in_at(direction.second).await.id(), user.id());
    })
    .await;
}

#[actix_web::test]
async fn a_session_of_better_auth_gets_a_token_of_the_service() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user = there.signs_up("ann").await.moved_to(here.base());
    let client = here.bearer(user.token().await);
    client.creates_a_task("Buy milk").await;
    user.moved_to(there.origin()).signs_out().await;
    client.is_rejected_soon().await;
}

#[actix_web::test]
async fn a_sign_out_applies_to_both() {
    in_both_directions(async |direction| {
        let user = direction.signs_up().await;
        user.moved_to(direction.second).signs_out().await;
        is_signed_out(&user).await;
    })
    .await;
}

#[actix_web::test]
async fn revocations_apply_to_both() {
    in_both_directions(async |direction| {
        let (revoked, other) = (direction.signs_up().await, direction.signs_in_at(direction.first).await);
        let kept = direction.signs_in_at(direction.second).await;
        kept.post("/api/auth/revoke-session", json!({ "token": revoked.session_token() })).await.is(200);
        is_signed_out(&revoked).await;
        assert!(other.is_known().await);
        kept.post("/api/auth/revoke-other-sessions", json!({})).await.is(200);
        is_signed_out(&other).await;
        assert!(kept.is_known().await);
    })
    .await;
}

#[actix_web::test]
async fn a_password_change_applies_to_both() {
    in_both_directions(async |direction| {
        let before = direction.signs_up().await;
        let (current, new) = (password(direction.name), NEW_PASSWORD);
        let change = json!({ "currentPassword": current, "newPassword": new, "revokeOtherSessions": true });
        let user = direction.signs_in_at(direction.second).await;
        user.post("/api/auth/change-password", change).await.is(200);
        is_signed_out(&before).await;
        direction.sign_ins_give(&current, 401).await;
        direction.sign_ins_give(NEW_PASSWORD, 200).await;
    })
    .await;
}

#[actix_web::test]
async fn a_deletion_applies_to_both() {
    in_both_directions(async |direction| {
        let user = direction.signs_up().await;
        let deletion = json!({ "password": password(direction.name) });
        user.moved_to(direction.second).post("/api/auth/delete-user", deletion).await.is(200);
        is_signed_out(&user).await;
        direction.sign_ins_give(&password(direction.name), 401).await;
    })
    .await;
}

/// The plugin `admin()` marks the user and deletes the sessions.
#[actix_web::test]
async fn a_ban_by_better_auth_applies_here() {
    let there = BetterAuth::start([("MIGRATE", "on"), ("ADMIN", "on")]).await;
    let here = TestApp::start_on(there.database(), [ACCOUNTS, there.jwks_url_setting()]).await;
    let admin = there.signs_up("admin").await;
    SqlConnection::on(&there.database()).await.run(r#"update "user" set role = 'admin'"#).await;
    let ann = signs_up_at(here.base(), "ann").await;
    let client = here.bearer(ann.token().await);
    client.is_accepted().await;

    admin.post("/api/auth/admin/ban-user", json!({ "userId": ann.id() })).await.is(200);
    client.is_rejected_soon().await;
    is_signed_out(&ann).await;
    let browser = BetterAuthUser::anonymous(here.base(), here.base());
    browser.post("/api/auth/sign-in/email", credentials("ann", &password("ann"))).await.is(401);
    let browser = there.anonymous();
    browser.post("/api/auth/sign-in/email", credentials("ann", &password("ann"))).await.is(403);
}

/// Better Auth does not start if its check of the tables fails.
#[actix_web::test]
async fn the_tables_stay_as_better_auth_expects() {
    let (here, mut there) = BetterAuth::with_a_service([]).await;
    let ann = signs_up_at(here.base(), "ann").await;
    ann.token().await;
    there.restarts_with([("MIGRATE", "on")]).await;
    assert_eq!(there.migration_report().await, "");
    assert!(ann.moved_to(there.origin()).is_known().await);
}
