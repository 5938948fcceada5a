//! `POST /api/auth/password` and `DELETE /api/auth/me`: both need the current password.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, SqlConnection, TestApp, email, on_both, password};

const PASSWORD: &str = "/api/auth/password";

impl ApiClient {
    async fn changes_password(&self, from: &str, to: &str) -> ApiResponse {
        self.post(PASSWORD, json!({"current_password": from, "new_password": to})).await
    }

    async fn deletes_account(&self, password: &str) -> ApiResponse {
        ApiResponse::to(self.request(Method::DELETE, "/api/auth/me").json(&json!({"password": password}))).await
    }
}

#[track_caller]
fn rejects_field(response: ApiResponse, pointer: &str) {
    assert_eq!(response.is_problem(422, "invalid-content").pointers(), [pointer]);
}

async fn count(app: &TestApp, table: &str) -> i64 {
    SqlConnection::on(&app.database()).await.number(&format!("select count(*) from {table}")).await
}

on_both! {
    with accounts:

    a_password_change_revokes_other_sessions(app) {
        let (here, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        let (front_end, bobs_front_end) = (app.user(here.id()), app.user(bob.id()));
        here.changes_password(&password("ann"), "another of her own").await.is(204);
        here.is_accepted().await;
        let here = here.refreshes().await;
        here.is_accepted().await;
        there.is_signed_out().await;
        front_end.is_rejected().await;
        bobs_front_end.is_accepted().await;
        bob.is_still_signed_in().await;
        app.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.rejects_the_log_in();
        app.anonymous().logs_in_with("ann", "another of her own").await.is_still_signed_in().await;
        here.is_still_signed_in().await;
        app.advance_clock(Duration::seconds(2));
        app.user(here.id()).is_accepted().await;
    }

    a_front_end_token_is_revoked_by_its_password_change(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let front_end = app.user(ann.id());
        front_end.changes_password(&password("ann"), "another of her own").await.is(204);
        ann.is_signed_out().await;
        front_end.is_rejected().await;
        app.anonymous().logs_in_with("ann", "another of her own").await.is_accepted().await;
    }

    a_wrong_current_password_changes_nothing(app) {
        let (ann, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        for wrong in ["", "wrong", &password("bob"), &format!("{} ", password("ann"))] {
            rejects_field(ann.changes_password(wrong, "another of her own").await, "/current_password");
            rejects_field(ann.deletes_account(wrong).await, "/password");
        }
        // a user without a password has no current one
        rejects_field(app.ann().changes_password("", "another of her own").await, "/current_password");
        rejects_field(app.ann().deletes_account("").await, "/password");
        ann.is_still_signed_in().await;
        there.is_still_signed_in().await;
        bob.is_still_signed_in().await;
        app.anonymous().logs_in("ann").await.is_accepted().await;
    }

    weak_passwords_are_rejected(app) {
        let ann = app.anonymous().signs_up("ann").await;
        for weak in [json!("seven77"), json!("x".repeat(129)), json!("iloveyou"), json!("QWERTYuiop"), json!(12_345_678), json!(null)] {
            let change = json!({"current_password": password("ann"), "new_password": weak});
            rejects_field(ann.post(PASSWORD, change).await, "/new_password");
        }
        rejects_field(ann.post(PASSWORD, json!({"new_password": "another of her own"})).await, "/current_password");
        let unknown_field = json!({"current_password": password("ann"), "new_password": "another of her own", "revoke_other_sessions": false});
        rejects_field(ann.post(PASSWORD, unknown_field).await, "/revoke_other_sessions");
        ann.changes_password(&password("ann"), "null\0byte in it").await.is_problem(400, "malformed-request");
        app.anonymous().logs_in("ann").await.is_accepted().await;
    }

    long_passwords_are_compared_in_full(app) {
        let ann = app.anonymous().signs_up("ann").await;
        for long in ["x".repeat(64) + "y", "z".repeat(127) + "y"] {
            ann.changes_password(&password("ann"), &long).await.is(204);
            app.anonymous().logs_in_with("ann", &long).await;
            ann.changes_password(&long, &password("ann")).await.is(204);
        }
    }

    deleting_an_account_deletes_its_data(app) {
        let (ann, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        let front_end = app.user(ann.id());
        ann.creates_a_task("Buy milk").await;
        let kept = bob.creates_a_task("Buy bread").await;
        ann.deletes_account(&password("ann")).await.is(204);
        for user in [&ann, &there] {
            user.is_signed_out().await;
        }
        front_end.is_rejected().await;
        for table in ["\"user\"", "account", "session", "task"] {
            assert_eq!(count(&app, table).await, 1, "{table}");
        }
        assert_eq!(count(&app, &format!("refresh_token where user_id = '{}'", ann.id())).await, 0);
        bob.sees(&kept).await;
        bob.is_still_signed_in().await;
        app.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.rejects_the_log_in();

        let again = app.anonymous().signs_up("ann").await;
        assert_ne!(again.id(), ann.id());
        assert_eq!(again.titles("").await, [""; 0]);
        again.is_still_signed_in().await;
        ann.is_signed_out().await;
    }

    one_of_two_concurrent_changes_succeeds(app) {
        let (one, two) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await);
        let from = password("ann");
        let (first, second) =
            futures_util::future::join(one.changes_password(&from, "the first new one"), two.changes_password(&from, "the second new one")).await;
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert!(statuses == [204, 422] || statuses == [204, 401], "{statuses:?}");
        let (kept, signed_out, new) = if first.status == 204 { (&one, &two, "the first new one") } else { (&two, &one, "the second new one") };
        kept.is_still_signed_in().await;
        signed_out.is_signed_out().await;
        app.anonymous().logs_in_with("ann", new).await.is_accepted().await;
    }

    no_response_contains_a_password(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let responses = [
            ann.changes_password("wrong wrong", "another of her own").await,
            ann.changes_password(&password("ann"), "iloveyou").await,
            ann.deletes_account("wrong wrong").await,
        ];
        for response in responses {
            let text = response.text.to_lowercase();
            assert!(!text.contains("wrong wrong") && !text.contains("iloveyou") && !text.contains(&password("ann")), "{text}");
        }
        let me: Value = ann.get("/api/auth/me").await.is(200).json();
        assert!(me.get("password").is_none());
    }
}
