//! `/api/auth/sessions`: lists and revokes the user's sessions.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, SqlConnection, TestApp, on_both};

const SESSIONS: &str = "/api/auth/sessions";

impl ApiClient {
    async fn sessions(&self) -> Vec<Value> {
        self.get(SESSIONS).await.is(200).json()["items"].as_array().unwrap().clone()
    }

    async fn session_ids(&self) -> Vec<String> {
        self.sessions().await.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
    }

    async fn revokes(&self, session: &str) -> ApiResponse {
        self.delete(&format!("{SESSIONS}/{session}")).await
    }
}

/// Inserts a session of Better Auth for this user.
async fn insert_better_auth_session(app: &TestApp, id: &str, user: &str, expires: &str) {
    let instant = "'2026-11-21T05:53:43.642Z'";
    SqlConnection::on(&app.database())
        .await
        .run(&format!(
            "insert into session (id, \"expiresAt\", token, \"createdAt\", \"updatedAt\", \"ipAddress\", \"userAgent\", \"userId\")
            values ('{id}', '{expires}', 'the-token-of-{id}', {instant}, {instant}, '', null, '{user}')"
        ))
        .await;
}

on_both! {
    with accounts:

    own_sessions_are_listed_by_last_use(app) {
        let first = app.anonymous().signs_up("ann").await;
        app.advance_clock(Duration::minutes(1));
        let second = app.anonymous().logs_in("ann").await;
        app.advance_clock(Duration::minutes(1));
        let bob = app.anonymous().signs_up("bob").await;
        assert_eq!(first.session_ids().await, [second.session_id(), first.session_id()]);
        let first = first.refreshes().await;
        assert_eq!(second.session_ids().await, [first.session_id(), second.session_id()]);
        assert_eq!(bob.session_ids().await, [bob.session_id()]);
        for (user, current) in [(&first, [true, false]), (&second, [false, true])] {
            let listed: Vec<_> = user.sessions().await.iter().map(|session| session["current"].as_bool().unwrap()).collect();
            assert_eq!(listed, current);
        }
    }

    the_list_contains_no_token(app) {
        let ann = app.anonymous().signs_up("ann").await;
        insert_better_auth_session(&app, "opened-there", ann.id(), "2099-01-01T00:00:00.000Z").await;
        insert_better_auth_session(&app, "ended-there", ann.id(), "2026-01-01T00:00:00.000Z").await;
        let response = ann.get(SESSIONS).await.is(200);
        let stored = SqlConnection::on(&app.database()).await;
        for sql in ["select token from session", "select hash from refresh_token"] {
            for secret in stored.column(sql).await {
                assert!(!response.text.contains(&secret), "{secret}");
            }
        }
        let listed = response.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
        let current = &listed["items"][0];
        let members: Vec<_> = current.as_object().unwrap().keys().collect();
        assert_eq!(members, ["created_at", "current", "expires_at", "id", "ip_address", "updated_at", "user_agent"]);
        assert_eq!((&current["id"], &current["ip_address"], &current["current"]), (&json!(ann.session_id()), &json!("127.0.0.1"), &json!(true)));
        assert_eq!(listed["items"][1], json!({
            "id": "opened-there", "created_at": "2026-11-21T05:53:43.642Z", "updated_at": "2026-11-21T05:53:43.642Z",
            "expires_at": "2099-01-01T00:00:00Z", "ip_address": null, "user_agent": null, "current": false,
        }));
    }

    revoking_a_session_keeps_the_others(app) {
        let (here, there, phone) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().logs_in("ann").await);
        let refreshed = phone.refreshes().await;
        here.revokes(&phone.session_id()).await.is(204);
        phone.is_signed_out().await;
        refreshed.is_signed_out().await;
        here.revokes(&phone.session_id()).await.is_problem(404, "not-found");
        here.is_still_signed_in().await;
        // the current session too
        there.revokes(&there.session_id()).await.is(204);
        there.is_signed_out().await;
        assert_eq!(here.session_ids().await, [here.session_id()]);
    }

    foreign_sessions_cannot_be_revoked(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        for id in [ann.session_id(), "no-such-session".into()] {
            bob.revokes(&id).await.is_problem(404, "not-found");
        }
        bob.delete(SESSIONS).await.is(204);
        bob.is_signed_out().await;
        ann.is_still_signed_in().await;
    }

    a_session_of_better_auth_can_be_revoked(app) {
        let ann = app.anonymous().signs_up("ann").await;
        insert_better_auth_session(&app, "opened-there", ann.id(), "2099-01-01T00:00:00.000Z").await;
        ann.revokes("opened-there").await.is(204);
        assert_eq!(ann.session_ids().await, [ann.session_id()]);
        ann.is_still_signed_in().await;
    }

    revoke_all_revokes_every_issued_token(app) {
        let (here, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        let front_end = app.user(here.id());
        let without_iat = app.bearer(app.token(here.id()).without("iat").sign());
        insert_better_auth_session(&app, "opened-there", here.id(), "2099-01-01T00:00:00.000Z").await;
        front_end.is_accepted().await;
        here.delete(SESSIONS).await.is(204);
        for user in [&here, &there] {
            user.is_signed_out().await;
        }
        front_end.is_rejected().await;
        without_iat.is_rejected().await;
        bob.is_still_signed_in().await;
        app.user(bob.id()).is_accepted().await;
        let again = app.anonymous().logs_in("ann").await;
        again.is_still_signed_in().await;
        assert_eq!(again.session_ids().await, [again.session_id()]);
        app.advance_clock(Duration::seconds(2));
        app.user(here.id()).is_accepted().await;
        front_end.is_rejected().await;
    }

    revoke_all_works_for_front_end_users(app) {
        let (ann, bob) = (app.ann(), app.bob());
        assert_eq!(ann.session_ids().await, [""; 0]);
        ann.delete(SESSIONS).await.is(204);
        ann.is_rejected().await;
        bob.is_accepted().await;
        app.advance_clock(Duration::seconds(2));
        app.ann().is_accepted().await;
    }
}
