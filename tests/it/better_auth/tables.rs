//! The tables are Better Auth's, whoever made them: a real one finds nothing that it would do to them.

use std::sync::Arc;

use serde_json::json;

use crate::support::{ACCOUNTS, Backend, BetterAuth, TestApp, TestDatabase};

/// Each signs up on one side and in on the other, and what ends there ends here.
async fn serve_both(here: &TestApp, there: &BetterAuth) {
    let ann = here.anonymous().signs_up("ann").await;
    let bob = there.signs_up("bob").await;
    assert_eq!(there.signs_in("ann").await.id(), ann.id());
    assert_eq!(here.anonymous().logs_in("bob").await.id(), bob.id());
    ann.creates_a_task("Buy milk").await;
    there.signs_in("ann").await.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    ann.is_eventually_signed_out().await;
}

/// Nor does it start on tables that fail its check.
#[actix_web::test]
async fn its_migrator_finds_nothing_to_do_to_tables_that_we_made() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let here = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
    let carl = here.anonymous().signs_up("carl").await;
    let there = BetterAuth::start_on(database, [("MIGRATE", "on")]).await;
    assert_eq!(there.migrated().await, "");
    carl.is_still_signed_in().await;
    serve_both(&here, &there).await;
}

#[actix_web::test]
async fn its_migrator_finds_nothing_to_do_after_we_came_to_its_own() {
    let mut there = BetterAuth::start([("MIGRATE", "on")]).await;
    assert_eq!(there.migrated().await, "user,session,account,verification,jwks");
    let here = TestApp::start_on(there.database(), [ACCOUNTS]).await;
    there.restarts_with([]).await;
    assert_eq!(there.migrated().await, "");
    serve_both(&here, &there).await;
}
