//! Sessions of the service and of a real Better Auth share a table: both list them, and a revocation applies to both.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::support::{BetterAuth, BetterAuthUser, SignedInUser};

/// The sessions that the service lists.
async fn listed_here(user_here: &SignedInUser) -> Vec<Value> {
    user_here.get("/api/auth/sessions").await.is(200).json()["items"].as_array().unwrap().clone()
}

fn ids(sessions: &[Value]) -> Vec<&str> {
    let mut ids: Vec<_> = sessions.iter().map(|session| session["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// The session token that a page of Better Auth sends to revoke the session.
async fn token_of(user_here: &SignedInUser, user: &BetterAuthUser) -> String {
    let listed = user.sessions().await;
    let found = listed.iter().find(|session| session["id"] == user_here.session_id());
    found.expect("the session")["token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn both_list_all_sessions() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user_here = here.anonymous().signs_up("ann").await;
    let (user, other) = (there.signs_in("ann").await, there.signs_up("bob").await);
    let (listed_here, listed_there) = (listed_here(&user_here).await, user.sessions().await);
    assert_eq!(listed_here.len(), 2);
    assert_eq!(ids(&listed_here), ids(&listed_there));
    for one in &listed_here {
        let same = listed_there.iter().find(|there| there["id"] == one["id"]).unwrap();
        for (here, there) in [("created_at", "createdAt"), ("updated_at", "updatedAt"), ("expires_at", "expiresAt")] {
            let instant = |value: &Value| value.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
            assert_eq!(instant(&one[here]), instant(&same[there]));
        }
        assert_eq!(one["current"], one["id"] == user_here.session_id());
        assert!(one.get("token").is_none(), "{one}");
    }
    assert!(!ids(&other.sessions().await).contains(&user_here.session_id().as_str()));
}

#[actix_web::test]
async fn better_auth_can_revoke_a_session() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let kept = here.anonymous().signs_up("ann").await;
    let (user, revoked) = (there.signs_in("ann").await, here.anonymous().logs_in("ann").await);
    let token = token_of(&revoked, &user).await;
    user.post("/api/auth/revoke-session", json!({ "token": token })).await.is(200);
    revoked.is_eventually_signed_out().await;
    kept.is_still_signed_in().await;
    assert!(user.is_known().await);
}

#[actix_web::test]
async fn better_auth_cannot_revoke_foreign_sessions() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user_here = here.anonymous().signs_up("ann").await;
    let token = token_of(&user_here, &there.signs_in("ann").await).await;
    let bob = there.signs_up("bob").await;
    bob.post("/api/auth/revoke-session", json!({ "token": token })).await.is(200);
    bob.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    user_here.is_still_signed_in().await;
    assert_eq!(listed_here(&user_here).await.len(), 2);
}

#[actix_web::test]
async fn better_auth_can_revoke_all_sessions() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let (one, other) = (here.anonymous().signs_up("ann").await, here.anonymous().logs_in("ann").await);
    let bob = here.anonymous().signs_up("bob").await;
    let user = there.signs_in("ann").await;
    user.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    one.is_eventually_signed_out().await;
    other.is_eventually_signed_out().await;
    assert!(!user.is_known().await);
    bob.is_still_signed_in().await;
}

#[actix_web::test]
async fn better_auth_can_revoke_the_other_sessions() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user_here = here.anonymous().signs_up("ann").await;
    let user = there.signs_in("ann").await;
    user.post("/api/auth/revoke-other-sessions", json!({})).await.is(200);
    user_here.is_eventually_signed_out().await;
    assert!(user.is_known().await);
}

/// Signing out revokes the current session only.
#[actix_web::test]
async fn a_sign_out_at_better_auth_keeps_other_sessions() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user_here = here.anonymous().signs_up("ann").await;
    let (user, other) = (there.signs_in("ann").await, there.signs_in("ann").await);
    user.signs_out().await;
    assert!(!user.is_known().await && other.is_known().await);
    user_here.is_still_signed_in().await;
    user_here.logs_out().await.is(204);
    assert!(other.is_known().await);
}

#[actix_web::test]
async fn a_revocation_by_better_auth_applies_within_a_second() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    there.signs_up("ann").await;
    let mut delays = Vec::new();
    for _ in 0..5 {
        let (user, user_here) = (there.signs_in("ann").await, here.anonymous().logs_in("ann").await);
        user.post("/api/auth/revoke-sessions", json!({})).await.is(200);
        let started = Instant::now();
        user_here.eventually_gets("/api/tasks", 401).await;
        delays.push(started.elapsed());
    }
    delays.sort();
    assert!(delays[2] < Duration::from_secs(1), "{delays:?}");
}

#[actix_web::test]
async fn the_service_can_revoke_a_session_of_better_auth() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user_here = here.anonymous().signs_up("ann").await;
    let (revoked, kept) = (there.signs_in("ann").await, there.signs_in("ann").await);
    let id = revoked.sessions().await.into_iter().find(|session| session["token"] == revoked.session_token());
    let path = format!("/api/auth/sessions/{}", id.unwrap()["id"].as_str().unwrap());
    here.anonymous().signs_up("bob").await.delete(&path).await.is(404);
    assert!(revoked.is_known().await);

    user_here.delete(&path).await.is(204);
    assert!(!revoked.is_known().await);
    revoked.get("/api/auth/token").await.is(401);
    assert!(kept.is_known().await);
    user_here.delete(&path).await.is(404);
}

#[actix_web::test]
async fn the_service_can_revoke_all_sessions_of_better_auth() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user_here = here.anonymous().signs_up("ann").await;
    let (one, other, bob) = (there.signs_in("ann").await, there.signs_in("ann").await, there.signs_up("bob").await);
    user_here.delete("/api/auth/sessions").await.is(204);
    user_here.is_eventually_signed_out().await;
    assert!(!one.is_known().await && !other.is_known().await);
    assert!(bob.is_known().await);
}

#[actix_web::test]
async fn refreshes_do_not_change_the_listed_token() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let mut user_here = here.anonymous().signs_up("ann").await;
    let user = there.signs_in("ann").await;
    let before = token_of(&user_here, &user).await;
    for _ in 0..3 {
        user_here = user_here.refreshes().await;
        user_here.is_accepted().await;
    }
    assert_eq!(token_of(&user_here, &user).await, before);
    assert_eq!(user.sessions().await.len(), 2);
    user.post("/api/auth/revoke-session", json!({ "token": before })).await.is(200);
    user_here.is_eventually_signed_out().await;
}
