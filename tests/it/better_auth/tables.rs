//! Better Auth's migrator finds nothing to change in the tables, whichever side created them.

use std::sync::Arc;

use serde_json::json;

use crate::support::{ACCOUNTS, Backend, BetterAuth, TestApp, TestDatabase};

/// Asserts that users of each side can sign in at the other, and that a revocation applies to both.
async fn both_work(here: &TestApp, there: &BetterAuth) {
    let ann = here.anonymous().signs_up("ann").await;
    let bob = there.signs_up("bob").await;
    assert_eq!(there.signs_in("ann").await.id(), ann.id());
    assert_eq!(here.anonymous().logs_in("bob").await.id(), bob.id());
    ann.creates_a_task("Buy milk").await;
    there.signs_in("ann").await.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    ann.is_eventually_signed_out().await;
}

/// Better Auth does not start if its check of the tables fails.
#[actix_web::test]
async fn its_migrator_accepts_our_tables() {
    let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
    let here = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
    let carl = here.anonymous().signs_up("carl").await;
    let there = BetterAuth::start_on(database, [("MIGRATE", "on")]).await;
    assert_eq!(there.migration_report().await, "");
    carl.is_still_signed_in().await;
    both_work(&here, &there).await;
}

#[actix_web::test]
async fn its_migrator_accepts_its_tables_after_our_migrations() {
    let mut there = BetterAuth::start([("MIGRATE", "on")]).await;
    assert_eq!(there.migration_report().await, "user,session,account,verification,jwks");
    let here = TestApp::start_on(there.database(), [ACCOUNTS]).await;
    there.restarts_with([]).await;
    assert_eq!(there.migration_report().await, "");
    both_work(&here, &there).await;
}
