//! Another password, and farewell: only who knows the present one may, and what was open before is closed.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, SqlConnection, TestApp, email, on_both, password};

const PASSWORD: &str = "/api/auth/password";

impl ApiClient {
    async fn changes_password(&self, from: &str, to: &str) -> ApiResponse {
        self.post(PASSWORD, json!({"current_password": from, "new_password": to})).await
    }

    async fn closes_the_account(&self, password: &str) -> ApiResponse {
        ApiResponse::to(self.request(Method::DELETE, "/api/auth/me").json(&json!({"password": password}))).await
    }
}

#[track_caller]
fn breaks_the_rule_of(response: ApiResponse, pointer: &str) {
    assert_eq!(response.is_problem(422, "invalid-content").pointers(), [pointer]);
}

async fn count(app: &TestApp, table: &str) -> i64 {
    SqlConnection::on(&app.database()).await.number(&format!("select count(*) from {table}")).await
}

on_both! {
    with accounts:

    a_new_password_ends_all_other_sessions(app) {
        let (here, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        let (front, of_bob) = (app.user(here.id()), app.user(bob.id()));
        here.changes_password(&password("ann"), "another of her own").await.is(204);
        here.is_accepted().await;
        let here = here.refreshes().await;
        here.is_accepted().await;
        there.is_signed_out().await;
        front.is_rejected().await;
        of_bob.is_accepted().await;
        bob.is_still_signed_in().await;
        app.anonymous().tries_to_log_in(&email("ann"), &password("ann")).await.rejects_the_log_in();
        app.anonymous().logs_in_with("ann", "another of her own").await.is_still_signed_in().await;
        here.is_still_signed_in().await;
        app.advance_clock(Duration::seconds(2));
        app.user(here.id()).is_accepted().await;
    }

    a_front_ends_token_changes_the_password_and_ends_with_it(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let front = app.user(ann.id());
        front.changes_password(&password("ann"), "another of her own").await.is(204);
        ann.is_signed_out().await;
        front.is_rejected().await;
        app.anonymous().logs_in_with("ann", "another of her own").await.is_accepted().await;
    }

    who_does_not_know_the_present_password_changes_nothing(app) {
        let (ann, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        for wrong in ["", "wrong", &password("bob"), &format!("{} ", password("ann"))] {
            breaks_the_rule_of(ann.changes_password(wrong, "another of her own").await, "/current_password");
            breaks_the_rule_of(ann.closes_the_account(wrong).await, "/password");
        }
        // nor does one without a password have a present one
        breaks_the_rule_of(app.ann().changes_password("", "another of her own").await, "/current_password");
        breaks_the_rule_of(app.ann().closes_the_account("").await, "/password");
        ann.is_still_signed_in().await;
        there.is_still_signed_in().await;
        bob.is_still_signed_in().await;
        app.anonymous().logs_in("ann").await.is_accepted().await;
    }

    a_weak_one_is_refused(app) {
        let ann = app.anonymous().signs_up("ann").await;
        for weak in [json!("seven77"), json!("x".repeat(129)), json!("iloveyou"), json!("QWERTYuiop"), json!(12_345_678), json!(null)] {
            let change = json!({"current_password": password("ann"), "new_password": weak});
            breaks_the_rule_of(ann.post(PASSWORD, change).await, "/new_password");
        }
        breaks_the_rule_of(ann.post(PASSWORD, json!({"new_password": "another of her own"})).await, "/current_password");
        let more = json!({"current_password": password("ann"), "new_password": "another of her own", "revoke_other_sessions": false});
        breaks_the_rule_of(ann.post(PASSWORD, more).await, "/revoke_other_sessions");
        ann.changes_password(&password("ann"), "null\0byte in it").await.is_problem(400, "malformed-request");
        app.anonymous().logs_in("ann").await.is_accepted().await;
        for long in ["x".repeat(64) + "y", "z".repeat(127) + "y"] {
            ann.changes_password(&password("ann"), &long).await.is(204);
            app.anonymous().logs_in_with("ann", &long).await;
            ann.changes_password(&long, &password("ann")).await.is(204);
        }
    }

    a_closed_account_takes_all_along(app) {
        let (ann, there, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await, app.anonymous().signs_up("bob").await);
        let front = app.user(ann.id());
        ann.creates_a_task("Buy milk").await;
        let kept = bob.creates_a_task("Buy bread").await;
        ann.closes_the_account(&password("ann")).await.is(204);
        for member in [&ann, &there] {
            member.is_signed_out().await;
        }
        front.is_rejected().await;
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

    of_two_who_change_it_at_once_one_does(app) {
        let (one, two) = (app.anonymous().signs_up("ann").await, app.anonymous().logs_in("ann").await);
        let from = password("ann");
        let (first, second) =
            futures_util::future::join(one.changes_password(&from, "the first new one"), two.changes_password(&from, "the second new one")).await;
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert!(statuses == [204, 422] || statuses == [204, 401], "{statuses:?}");
        let (kept, ended, new) = if first.status == 204 { (&one, &two, "the first new one") } else { (&two, &one, "the second new one") };
        kept.is_still_signed_in().await;
        ended.is_signed_out().await;
        app.anonymous().logs_in_with("ann", new).await.is_accepted().await;
    }

    the_present_password_is_not_told_by_any_answer(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let told = [
            ann.changes_password("wrong wrong", "another of her own").await,
            ann.changes_password(&password("ann"), "iloveyou").await,
            ann.closes_the_account("wrong wrong").await,
        ];
        for response in told {
            let text = response.text.to_lowercase();
            assert!(!text.contains("wrong wrong") && !text.contains("iloveyou") && !text.contains(&password("ann")), "{text}");
        }
        let me: Value = ann.get("/api/auth/me").await.is(200).json();
        assert!(me.get("password").is_none());
    }
}
