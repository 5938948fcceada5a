//! Sessions of two services in one table: each sees the other's, and what is ended on one side is over on both.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{BetterAuth, BetterAuthUser, SignedInUser};

/// The sessions as the service lists them.
async fn listed_here(member: &SignedInUser) -> Vec<Value> {
    member.get("/api/auth/sessions").await.is(200).json()["items"].as_array().unwrap().clone()
}

fn ids(sessions: &[Value]) -> Vec<&str> {
    let mut ids: Vec<_> = sessions.iter().map(|session| session["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// What a page there sends to end a session that it lists.
async fn token_of(member: &SignedInUser, user: &BetterAuthUser) -> String {
    let listed = user.sessions().await;
    let found = listed.iter().find(|session| session["id"] == member.session_id());
    found.expect("the session")["token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn both_list_the_sessions_of_both() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let member = here.anonymous().signs_up("ann").await;
    let (user, other) = (there.signs_in("ann").await, there.signs_up("bob").await);
    let (listed_here, listed_there) = (listed_here(&member).await, user.sessions().await);
    assert_eq!(listed_here.len(), 2);
    assert_eq!(ids(&listed_here), ids(&listed_there));
    for one in &listed_here {
        let same = listed_there.iter().find(|there| there["id"] == one["id"]).unwrap();
        for (here, there) in [("created_at", "createdAt"), ("updated_at", "updatedAt"), ("expires_at", "expiresAt")] {
            assert_eq!(one[here], same[there]);
        }
        assert_eq!(one["current"], one["id"] == member.session_id());
        assert!(one.get("token").is_none(), "{one}");
    }
    assert!(!ids(&other.sessions().await).contains(&member.session_id().as_str()));
}

#[actix_web::test]
async fn a_session_that_is_revoked_there_ends_here() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let kept = here.anonymous().signs_up("ann").await;
    let (user, ended) = (there.signs_in("ann").await, here.anonymous().logs_in("ann").await);
    let token = token_of(&ended, &user).await;
    user.post("/api/auth/revoke-session", json!({ "token": token })).await.is(200);
    ended.is_eventually_signed_out().await;
    kept.is_still_signed_in().await;
    assert!(user.is_known().await);
}

#[actix_web::test]
async fn another_users_session_is_not_ended_there() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let member = here.anonymous().signs_up("ann").await;
    let token = token_of(&member, &there.signs_in("ann").await).await;
    let bob = there.signs_up("bob").await;
    bob.post("/api/auth/revoke-session", json!({ "token": token })).await.is(200);
    bob.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    member.is_still_signed_in().await;
    assert_eq!(listed_here(&member).await.len(), 2);
}

#[actix_web::test]
async fn all_sessions_that_are_revoked_there_end_here() {
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
async fn the_others_that_are_revoked_there_end_here() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let member = here.anonymous().signs_up("ann").await;
    let user = there.signs_in("ann").await;
    user.post("/api/auth/revoke-other-sessions", json!({})).await.is(200);
    member.is_eventually_signed_out().await;
    assert!(user.is_known().await);
}

/// Signing out ends one's own session and no other.
#[actix_web::test]
async fn a_sign_out_there_leaves_the_sessions_here() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let member = here.anonymous().signs_up("ann").await;
    let (user, other) = (there.signs_in("ann").await, there.signs_in("ann").await);
    user.signs_out().await;
    assert!(!user.is_known().await && other.is_known().await);
    member.is_still_signed_in().await;
    member.logs_out().await.is(204);
    assert!(other.is_known().await);
}

#[actix_web::test]
async fn what_is_revoked_there_is_refused_here_within_a_second() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    there.signs_up("ann").await;
    let mut delays = Vec::new();
    for _ in 0..5 {
        let (user, member) = (there.signs_in("ann").await, here.anonymous().logs_in("ann").await);
        user.post("/api/auth/revoke-sessions", json!({})).await.is(200);
        let begun = Instant::now();
        member.eventually_gets("/api/tasks", 401).await;
        delays.push(begun.elapsed());
    }
    delays.sort();
    assert!(delays[2] < Duration::from_secs(1), "{delays:?}");
}

#[actix_web::test]
async fn a_session_that_is_ended_here_is_over_there() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let member = here.anonymous().signs_up("ann").await;
    let (ended, kept) = (there.signs_in("ann").await, there.signs_in("ann").await);
    let id = ended.sessions().await.into_iter().find(|session| session["token"] == ended.session_token());
    let path = format!("/api/auth/sessions/{}", id.unwrap()["id"].as_str().unwrap());
    here.anonymous().signs_up("bob").await.delete(&path).await.is(404);
    assert!(ended.is_known().await);

    member.delete(&path).await.is(204);
    assert!(!ended.is_known().await);
    ended.get("/api/auth/token").await.is(401);
    assert!(kept.is_known().await);
    member.delete(&path).await.is(404);
}

#[actix_web::test]
async fn all_sessions_that_are_ended_here_are_over_there() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let member = here.anonymous().signs_up("ann").await;
    let (one, other, bob) = (there.signs_in("ann").await, there.signs_in("ann").await, there.signs_up("bob").await);
    member.delete("/api/auth/sessions").await.is(204);
    member.is_eventually_signed_out().await;
    assert!(!one.is_known().await && !other.is_known().await);
    assert!(bob.is_known().await);
}

/// Each service keeps its own sessions going, and leaves the other's as they are.
#[actix_web::test]
async fn a_session_of_ours_is_renewed_under_their_eyes() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let mut member = here.anonymous().signs_up("ann").await;
    let user = there.signs_in("ann").await;
    let before = token_of(&member, &user).await;
    for _ in 0..3 {
        member = member.refreshes().await;
        member.is_accepted().await;
    }
    assert_eq!(token_of(&member, &user).await, before);
    assert_eq!(user.sessions().await.len(), 2);
    user.post("/api/auth/revoke-session", json!({ "token": before })).await.is(200);
    member.is_eventually_signed_out().await;
}
