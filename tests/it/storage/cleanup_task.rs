//! The background task of a service that cleans up.

use std::time::Duration;

use chrono::TimeDelta;

use crate::support::{ACCOUNTS, BACKENDS, Program, SqlConnection, Store, TestApp};

#[actix_web::test]
async fn the_service_cleans_up_and_logs_failures() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        sql.run("insert into revocation (kind, key, expires_at) values ('session', 'r', '2026-01-01T00:00:00.000Z')")
            .await;
        let mut process = Program::on(store.database()).with("CLEANUP_INTERVAL", "1s").serve().await;
        while store.count("revocation").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        sql.run("alter table refresh_token rename to moved").await;
        process.logs("cleanup of expired sessions failed").await;
        // the other steps still run
        sql.run(
            "insert into revocation (kind, key, expires_at) values ('session', 'r', '2026-01-01T00:00:00.000Z');
            insert into closed_account (user_id, closed_at) values ('gone', '2026-01-01T00:00:00.000Z')",
        )
        .await;
        while store.count("revocation").await + store.count("closed_account").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        sql.run("alter table moved rename to refresh_token").await;
        process.logs("cleanup of expired sessions recovered").await;
        assert_eq!(process.log().matches("cleanup of expired sessions failed").count(), 1);
    }
}

/// A service whose clock is ahead deletes nothing that is valid by the clock of the database.
#[actix_web::test]
async fn cleanup_uses_the_clock_of_the_database() {
    for backend in BACKENDS {
        let app = TestApp::start_with(backend, [ACCOUNTS, ("CLEANUP_INTERVAL", "1s")]).await;
        let (ann, front) = (app.anonymous().signs_up("ann").await, app.ann());
        front.logs_out().await.is(204);
        app.advance_clock(TimeDelta::days(40));
        let sql = SqlConnection::on(&app.database()).await;
        sql.run(
            "insert into revocation (kind, key, expires_at) values ('session', 'over', '2026-01-01T00:00:00.000Z')",
        )
        .await;
        while sql.number("select count(*) from revocation where key = 'over'").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(sql.number("select count(*) from revocation").await, 1);
        assert_eq!(sql.number("select count(*) from session").await, 1);
        drop(ann);
    }
}
