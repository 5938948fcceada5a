//! Each kind of revocation takes effect on every replica within a second.

use reqwest::Method;
use serde_json::json;

use super::replicas::Replicas;
use crate::support::{ApiResponse, BACKENDS, SignedInUser, password};

async fn deletes_account(member: &SignedInUser, name: &str) -> ApiResponse {
    let body = json!({"password": password(name)});
    ApiResponse::to(member.request(Method::DELETE, "/api/auth/me").json(&body)).await
}

#[actix_web::test]
async fn a_log_out_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.anonymous().signs_up("ann").await;
        let at_two = replicas.used_at_two(&ann).await;
        ann.logs_out().await.is(204);
        ann.is_rejected_at_both(&at_two).await;
    }
}

#[actix_web::test]
async fn the_revocation_of_a_session_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let anonymous = replicas.one.anonymous();
        let (ann, phone) = (anonymous.signs_up("ann").await, anonymous.logs_in("ann").await);
        let (ann_at_two, phone_at_two) = (replicas.used_at_two(&ann).await, replicas.used_at_two(&phone).await);
        ann.delete(&format!("/api/auth/sessions/{}", phone.session_id())).await.is(204);
        phone.is_rejected_at_both(&phone_at_two).await;
        ann_at_two.is_accepted().await;
    }
}

#[actix_web::test]
async fn a_log_out_with_a_front_end_token_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.anonymous().signs_up("ann").await;
        let front_end = replicas.one.user(ann.id());
        let (ann_at_two, at_two) = (replicas.used_at_two(&ann).await, replicas.used_at_two(&front_end).await);
        front_end.logs_out().await.is(204);
        front_end.is_rejected_at_both(&at_two).await;
        ann_at_two.is_accepted().await;
    }
}

#[actix_web::test]
async fn a_password_change_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let anonymous = replicas.one.anonymous();
        let (ann, tablet) = (anonymous.signs_up("ann").await, anonymous.logs_in("ann").await);
        let front_end = replicas.one.user(ann.id());
        let ann_at_two = replicas.used_at_two(&ann).await;
        let (tablet_at_two, front_end_at_two) =
            (replicas.used_at_two(&tablet).await, replicas.used_at_two(&front_end).await);
        let change = json!({"current_password": password("ann"), "new_password": "another of her own"});
        ann.post("/api/auth/password", change).await.is(204);
        tablet.is_rejected_at_both(&tablet_at_two).await;
        front_end.is_rejected_at_both(&front_end_at_two).await;
        ann_at_two.is_accepted().await;
    }
}

#[actix_web::test]
async fn the_revocation_of_all_sessions_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let anonymous = replicas.one.anonymous();
        let (ann, bob) = (anonymous.signs_up("ann").await, anonymous.signs_up("bob").await);
        let (ann_at_two, bob_at_two) = (replicas.used_at_two(&ann).await, replicas.used_at_two(&bob).await);
        ann.delete("/api/auth/sessions").await.is(204);
        ann.is_rejected_at_both(&ann_at_two).await;
        bob_at_two.is_accepted().await;
    }
}

#[actix_web::test]
async fn the_reuse_of_a_refresh_token_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let anonymous = replicas.one.anonymous();
        let ann = anonymous.signs_up("ann").await;
        let refreshed = ann.refreshes().await;
        let at_two = replicas.used_at_two(&refreshed).await;
        refreshed.refreshes().await;
        anonymous.refreshes_with(ann.refresh_token()).await.rejects_the_refresh_token();
        refreshed.is_rejected_at_both(&at_two).await;
    }
}

#[actix_web::test]
async fn the_deletion_of_an_account_reaches_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.anonymous().signs_up("ann").await;
        let at_two = replicas.used_at_two(&ann).await;
        deletes_account(&ann, "ann").await.is(204);
        ann.is_rejected_at_both(&at_two).await;
    }
}
