//! My sessions: all of mine and none of another's, one ended, all ended.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{ApiClient, SqlConnection, TestApp, on_both};

const SESSIONS: &str = "/api/auth/sessions";

impl ApiClient {
    async fn sessions(&self) -> Vec<Value> {
        self.get(SESSIONS).await.is(200).json()["items"].as_array().unwrap().clone()
    }

    async fn session_ids(&self) -> Vec<String> {
        self.sessions().await.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
    }

    async fn ends(&self, session: &str) -> crate::support::ApiResponse {
        self.delete(&format!("{SESSIONS}/{session}")).await
    }
}

/// A session that Better Auth opened for this user.
async fn better_auth_opened(app: &TestApp, id: &str, user: &str, expires: &str) {
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

    everybody_sees_their_own_the_last_used_first(app) {
        let first = app.anonymous().signs_up("ann").await;
        app.advance_clock(Duration::minutes(1));
        let second = app.anonymous().logs_in("ann").await;
        app.advance_clock(Duration::minutes(1));
        let bob = app.anonymous().signs_up("bob").await;
        assert_eq!(first.session_ids().await, [second.session_id(), first.session_id()]);
        let first = first.refreshes().await;
        assert_eq!(second.session_ids().await, [first.session_id(), second.session_id()]);
        assert_eq!(bob.session_ids().await, [bob.session_id()]);
        for (member, current) in [(&first, [true, false]), (&second, [false, true])] {
            let told: Vec<_> = member.sessions().await.iter().map(|session| session["current"].as_bool().unwrap()).collect();
            assert_eq!(told, current);
        }
    }

    a_session_is_told_without_any_token(app) {
        let ann = app.anonymous().signs_up("ann").await;
        better_auth_opened(&app, "opened-there", ann.id(), "2099-01-01T00:00:00.000Z").await;
        better_auth_opened(&app, "ended-there", ann.id(), "2026-01-01T00:00:00.000Z").await;
        let response = ann.get(SESSIONS).await.is(200);
        let stored = SqlConnection::on(&app.database()).await;
        for sql in ["select token from session", "select hash from refresh_token"] {
            for secret in stored.column::<String>(sql).await {
                assert!(!response.text.contains(&secret), "{secret}");
            }
        }
        let told = response.json();
        assert_eq!(told["items"].as_array().unwrap().len(), 2);
        let own = &told["items"][0];
        let members: Vec<_> = own.as_object().unwrap().keys().collect();
        assert_eq!(members, ["created_at", "current", "expires_at", "id", "ip_address", "updated_at", "user_agent"]);
        assert_eq!((&own["id"], &own["ip_address"], &own["current"]), (&json!(ann.session_id()), &json!("127.0.0.1"), &json!(true)));
        assert_eq!(told["items"][1], json!({
            "id": "opened-there", "created_at": "2026-11-21T05:53:43.642Z", "updated_at": "2026-11-21T05:53:43.642Z",
            "expires_at": "2099-01-01T00:00:00Z", "ip_address": null, "user_agent": null, "current": false,
        }));
    }

    one_is_ended_and_the_others_go_on(app) {
        let (here, there, phone) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().logs_in("ann").await);
        let renewed = phone.refreshes().await;
        here.ends(&phone.session_id()).await.is(204);
        phone.is_signed_out().await;
        renewed.is_signed_out().await;
        here.ends(&phone.session_id()).await.is_problem(404, "not-found");
        here.is_still_signed_in().await;
        // the present one too
        there.ends(&there.session_id()).await.is(204);
        there.is_signed_out().await;
        assert_eq!(here.session_ids().await, [here.session_id()]);
    }

    nobody_ends_anothers(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        for id in [ann.session_id(), "no-such-session".into()] {
            bob.ends(&id).await.is_problem(404, "not-found");
        }
        bob.delete(SESSIONS).await.is(204);
        bob.is_signed_out().await;
        ann.is_still_signed_in().await;
    }

    one_that_better_auth_opened_can_be_ended_here(app) {
        let ann = app.anonymous().signs_up("ann").await;
        better_auth_opened(&app, "opened-there", ann.id(), "2099-01-01T00:00:00.000Z").await;
        ann.ends("opened-there").await.is(204);
        assert_eq!(ann.session_ids().await, [ann.session_id()]);
        ann.is_still_signed_in().await;
    }

    all_are_ended_and_every_token_that_was_issued(app) {
        let (here, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        let front = app.user(here.id());
        let undated = app.bearer(app.token(here.id()).without("iat").sign());
        better_auth_opened(&app, "opened-there", here.id(), "2099-01-01T00:00:00.000Z").await;
        front.is_accepted().await;
        here.delete(SESSIONS).await.is(204);
        for member in [&here, &there] {
            member.is_signed_out().await;
        }
        front.is_rejected().await;
        undated.is_rejected().await;
        bob.is_still_signed_in().await;
        app.user(bob.id()).is_accepted().await;
        let again = app.anonymous().logs_in("ann").await;
        again.is_still_signed_in().await;
        assert_eq!(again.session_ids().await, [again.session_id()]);
        app.advance_clock(Duration::seconds(2));
        app.user(here.id()).is_accepted().await;
        front.is_rejected().await;
    }

    a_user_of_the_front_ends_alone_has_none_and_ends_their_tokens(app) {
        let (ann, bob) = (app.ann(), app.bob());
        assert_eq!(ann.session_ids().await, [""; 0]);
        ann.delete(SESSIONS).await.is(204);
        ann.is_rejected().await;
        bob.is_accepted().await;
        app.advance_clock(Duration::seconds(2));
        app.ann().is_accepted().await;
    }
}
