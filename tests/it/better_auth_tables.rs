//! The tables are Better Auth's, whoever made them: a real one finds nothing that it would do to them.

use std::sync::Arc;

use serde_json::json;

use crate::support::{Backend, BetterAuth, Member, TestApp, TestDatabase, better_auth::PASSWORD};

const ACCOUNTS: [(&str, &str); 1] = [("ACCOUNTS", "on")];

/// Each signs up on one side and in on the other, and what ends there ends here.
async fn serve_both(here: &TestApp, there: &BetterAuth) {
    let ann = Member::signs_up(here, "ann@example.com", PASSWORD).await;
    let bob = there.signs_up("bob").await;
    assert_eq!(there.signs_in("ann").await.id(), ann.id());
    assert_eq!(Member::logs_in(here, "bob@example.com", PASSWORD).await.id(), bob.id());
    ann.caller().creates_a_task("Buy milk").await;
    there.signs_in("ann").await.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    ann.is_out_in_the_end().await;
}

/// It does not start on tables that fail its check.
#[actix_web::test]
async fn it_has_nothing_to_do_to_tables_that_we_made() {
    let database = Arc::new(TestDatabase::fresh(Backend::Postgres).await);
    let here = TestApp::start_on(Arc::clone(&database), ACCOUNTS).await;
    let mut there = BetterAuth::start_on(database, []).await;
    assert_eq!(there.would_migrate().await, "");
    serve_both(&here, &there).await;
}

#[actix_web::test]
async fn it_has_nothing_to_do_after_we_came_to_its_own() {
    let mut there = BetterAuth::start([("MIGRATE", "on")]).await;
    let here = TestApp::start_on(there.database(), ACCOUNTS).await;
    assert_eq!(there.would_migrate().await, "");
    serve_both(&here, &there).await;
}

/// Its migrator comes to tables of ours that hold users and sessions.
#[actix_web::test]
async fn its_own_migrator_leaves_our_tables_alone() {
    let database = Arc::new(TestDatabase::fresh(Backend::Postgres).await);
    let here = TestApp::start_on(Arc::clone(&database), ACCOUNTS).await;
    let mut carl = Member::signs_up(&here, "carl@example.com", PASSWORD).await;
    let there = BetterAuth::start_on(database, [("MIGRATE", "on")]).await;
    carl.goes_on().await;
    serve_both(&here, &there).await;
}
