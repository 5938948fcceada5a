//! `POST /api/auth/refresh`: rotation, repeated responses, reuse detection and expiry.

use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{ACCOUNTS, ApiResponse, Backend, SignedInUser, SqlConnection, TestApp, on_both};

async fn number(app: &TestApp, sql: &str) -> i64 {
    SqlConnection::on(&app.database()).await.number(sql).await
}

/// The expiry of the access token.
fn access_token_expiry(user: &SignedInUser) -> DateTime<Utc> {
    DateTime::from_timestamp(user.claims()["exp"].as_i64().unwrap(), 0).unwrap()
}

on_both! {
    with accounts:

    a_refresh_returns_new_tokens(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let response = app.anonymous().refreshes_with(ann.refresh_token()).await.is(200);
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let refreshed = ann.signed_in_by(response);
        let members = |user: &SignedInUser| user.token_response().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(members(&refreshed), members(&ann));
        assert_eq!(refreshed.token_response()["user"], ann.token_response()["user"]);
        assert_ne!(refreshed.refresh_token(), ann.refresh_token());
        assert_ne!(refreshed.access_token(), ann.access_token());
        // the old access token stays valid until it expires
        ann.is_accepted().await;
        refreshed.is_still_signed_in().await;
        assert_eq!(number(&app, "select count(*) from session").await, 1);
    }

    a_refresh_can_be_repeated(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let refreshed = ann.refreshes().await;
        for _ in 0..3 {
            app.advance_clock(Duration::seconds(2));
            let again = ann.refreshes().await;
            assert_eq!(again.refresh_token(), refreshed.refresh_token());
            again.is_accepted().await;
        }
        refreshed.is_still_signed_in().await;
    }

    reuse_after_10_seconds_revokes_the_session(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let other = app.anonymous().logs_in("ann").await;
        let refreshed = ann.refreshes().await;
        app.advance_clock(Duration::seconds(11));
        app.anonymous().refreshes_with(ann.refresh_token()).await.rejects_the_refresh_token();
        for user in [&ann, &refreshed] {
            user.is_signed_out().await;
        }
        other.is_still_signed_in().await;
        assert_eq!(number(&app, "select count(*) from session").await, 1);
    }

    reuse_after_the_successor_revokes_the_session(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let second = ann.refreshes().await;
        let third = second.refreshes().await;
        app.anonymous().refreshes_with(ann.refresh_token()).await.rejects_the_refresh_token();
        for user in [&ann, &second, &third] {
            user.is_signed_out().await;
        }
    }

    reuse_at_any_age_revokes_the_session(app) {
        let mut family = vec![app.anonymous().signs_up("ann").await];
        for _ in 0..3 {
            family.push(family.last().unwrap().refreshes().await);
            app.advance_clock(Duration::days(1));
        }
        app.anonymous().refreshes_with(family[0].refresh_token()).await.rejects_the_refresh_token();
        app.anonymous().refreshes_with(family[3].refresh_token()).await.rejects_the_refresh_token();
        family[3].is_rejected().await;
        assert_eq!(number(&app, "select count(*) from session").await, 0);
    }

    concurrent_refreshes_share_one_successor(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let refreshed = join_all((0..20).map(|_| ann.refreshes())).await;
        for one in &refreshed {
            assert_eq!(one.refresh_token(), refreshed[0].refresh_token());
            one.is_accepted().await;
        }
        assert_eq!(number(&app, "select count(*) from refresh_token").await, 2);
        assert_eq!(number(&app, "select count(*) from refresh_token where replaced_at is null").await, 1);
        refreshed[7].is_still_signed_in().await;
    }

    a_session_ends_after_30_days_of_use(app) {
        let mut ann = app.anonymous().signs_up("ann").await;
        let opened = app.now();
        for _ in 0..4 {
            app.advance_clock(Duration::days(7) - Duration::minutes(1));
            ann = ann.refreshes().await;
            ann.is_accepted().await;
        }
        app.advance_clock(Duration::days(1) + Duration::hours(12));
        ann = ann.refreshes().await;
        // no access token outlives its session
        let left = (access_token_expiry(&ann) - app.now()).num_minutes();
        assert!((700..725).contains(&left) && ann.token_response()["expires_in"].as_i64().unwrap() / 60 <= left + 1, "{left}");
        assert!(access_token_expiry(&ann) <= opened + Duration::days(30));
        app.advance_clock(Duration::hours(12) + Duration::minutes(6));
        app.anonymous().refreshes_with(ann.refresh_token()).await.rejects_the_refresh_token();
        ann.get("/api/tasks").await.reports_an_expired_token();
    }

    an_idle_session_ends_after_7_days(app) {
        let ann = app.anonymous().signs_up("ann").await;
        app.advance_clock(Duration::days(7) - Duration::minutes(1));
        let refreshed = ann.refreshes().await;
        app.advance_clock(Duration::days(7) + Duration::minutes(1));
        app.anonymous().refreshes_with(refreshed.refresh_token()).await.rejects_the_refresh_token();
        app.anonymous().logs_in("ann").await.is_still_signed_in().await;
    }

    invalid_tokens_get_the_same_response(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        bob.logs_out().await.is(204);
        let unknown = app.anonymous().refreshes_with(&"A".repeat(86)).await.rejects_the_refresh_token();
        let token = ann.refresh_token();
        for garbage in [
            "", " ", "x", "null", "' or 1=1 --", "%00", "\u{1f600}", &"A".repeat(43), &"A".repeat(85), &"A".repeat(87), &"A".repeat(60_000),
            &token[1..], &token[..85], &token[..43], &format!("{}{}", &token[..43], &bob.refresh_token()[43..]), &format!("{token}="), &format!(" {token}"), &token.to_lowercase(), &format!("{token}A"),
            bob.refresh_token(), ann.access_token(),
        ] {
            app.anonymous().refreshes_with(garbage).await.is_same_as(&unknown);
        }
        ann.is_still_signed_in().await;
    }

    every_invalid_field_is_named(app) {
        for (pointer, body) in [
            ("/refresh_token", json!({})), ("/refresh_token", json!({"refresh_token": 1})), ("/refresh_token", json!({"refresh_token": null})),
            ("/grant_type", json!({"grant_type": "refresh_token", "refresh_token": "x"})),
        ] {
            let problem = app.anonymous().post("/api/auth/refresh", body).await.is_problem(422, "invalid-content");
            assert_eq!(problem.pointers(), [pointer]);
        }
        app.anonymous().refreshes_with("x\0").await.is_problem(400, "malformed-request");
        let in_header = app.bearer("x").request(reqwest::Method::POST, "/api/auth/refresh").json(&json!({"refresh_token": "x"}));
        ApiResponse::to(in_header).await.rejects_the_refresh_token();
    }
}

#[actix_web::test]
async fn lifetimes_are_configurable() {
    let lifetimes = [ACCOUNTS, ("ACCESS_TOKEN_TTL", "5m"), ("REFRESH_TOKEN_TTL", "1h"), ("SESSION_MAX_AGE", "90m")];
    let app = TestApp::start_with(Backend::Sqlite, lifetimes).await;
    let ann = app.anonymous().signs_up("ann").await;
    assert_eq!(ann.token_response()["expires_in"], 300);
    app.advance_clock(Duration::minutes(59));
    ann.get("/api/tasks").await.reports_an_expired_token();
    let refreshed = ann.refreshes().await;
    app.advance_clock(Duration::minutes(29));
    let last = refreshed.refreshes().await;
    assert!(last.token_response()["expires_in"].as_i64().unwrap() <= 120, "{}", last.token_response());
    app.advance_clock(Duration::minutes(3));
    app.anonymous().refreshes_with(last.refresh_token()).await.rejects_the_refresh_token();
}
