//! A replica without a connection to the revocation feed: it becomes unready, and catches up afterwards.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::support::{
    ACCOUNTS, ApiClient, ApiResponse, Backend, ChaosProxy, SOON, SqlConnection, TestApp, TestDatabase,
};

const LISTENING: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'";
const TERMINATE: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()
    and (query ilike 'listen %' or query like '%issued_until, expires_at from taskbridge.revocation%') and pid <> pg_backend_pid()";

/// A service, and a second one whose database connections go through a proxy.
struct ReplicaBehindProxy {
    one: TestApp,
    two: TestApp,
    proxy: ChaosProxy,
}

impl ReplicaBehindProxy {
    async fn start() -> Self {
        let database = Arc::new(TestDatabase::new(Backend::Postgres).await);
        let proxy = ChaosProxy::start(&database).await;
        let one = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
        let two =
            TestApp::start_on(database, [ACCOUNTS, ("DATABASE_URL", proxy.url()), ("DATABASE_ACQUIRE_TIMEOUT", "1s")])
                .await;
        Self { one, two, proxy }
    }

    async fn sql(&self) -> SqlConnection {
        SqlConnection::on(&self.one.database()).await
    }

    /// Logs out `number` tokens at the first service; returns clients of the second one with these tokens.
    async fn log_outs(&self, name: &str, number: usize) -> Vec<ApiClient> {
        let mut revoked = Vec::new();
        for number in 0..number {
            let token = self.one.token("ann").with("jti", format!("{name} {number}")).sign();
            self.one.bearer(&token).logs_out().await.is(204);
            revoked.push(self.two.bearer(token));
        }
        revoked
    }

    async fn readiness(&self) -> ApiResponse {
        self.two.anonymous().get("/health/ready").await
    }
}

/// Waits until all are rejected.
async fn all_are_rejected(revoked: &[ApiClient]) {
    let started = Instant::now();
    for client in revoked {
        loop {
            let response = client.get("/api/tasks").await;
            if response.status == 401 {
                break;
            }
            assert!(started.elapsed() < SOON, "accepted after {:?}: {}", started.elapsed(), response.status);
        }
    }
}

/// Waits for this status of the readiness check; returns the response and the delay.
async fn wait_for_readiness(replica: &ReplicaBehindProxy, status: u16, limit: Duration) -> (ApiResponse, Duration) {
    let started = Instant::now();
    loop {
        let response = replica.readiness().await;
        if response.status.as_u16() == status {
            return (response, started.elapsed());
        }
        assert!(started.elapsed() < limit, "not {status} after {:?}: {}", started.elapsed(), response.text);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn terminated_connections_lose_no_revocation() {
    let replica = ReplicaBehindProxy::start().await;
    let sql = replica.sql().await;
    for round in 0..5 {
        let started = Instant::now();
        while sql.number(LISTENING).await < 2 {
            assert!(started.elapsed() < Duration::from_secs(10), "no connection listens");
        }
        assert!(sql.number(TERMINATE).await >= 2);
        let revoked = replica.log_outs(&format!("round {round}"), 5).await;
        all_are_rejected(&revoked).await;
    }
    replica.two.ann().is_accepted().await;
    replica.readiness().await.is(200);
}

#[actix_web::test]
async fn cut_connections_lose_no_revocation() {
    let replica = ReplicaBehindProxy::start().await;
    for round in 0..3 {
        replica.proxy.cut().await;
        let revoked = replica.log_outs(&format!("round {round}"), 5).await;
        all_are_rejected(&revoked).await;
    }
}

/// The outage is longer than the overlap of two polls.
#[actix_web::test]
async fn revocations_during_an_outage_are_applied_after_it() {
    let replica = ReplicaBehindProxy::start().await;
    replica.readiness().await.is(200);
    replica.proxy.refuse().await;
    let mut revoked = replica.log_outs("at once", 10).await;
    wait_for_readiness(&replica, 503, Duration::from_secs(7)).await;
    tokio::time::timeout(Duration::from_secs(6), async {
        while replica.readiness().await.status != 200 {
            revoked.extend(replica.log_outs(&format!("{}", revoked.len()), 1).await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await
    .expect_err("ready without a database");
    replica.proxy.restore().await;
    wait_for_readiness(&replica, 200, Duration::from_secs(10)).await;
    // it is not ready before it has caught up
    for client in &revoked {
        client.is_rejected().await;
    }
}

/// Only the table of revocations is locked; the database serves everything else.
#[actix_web::test]
async fn a_stale_feed_makes_the_service_unready() {
    let replica = ReplicaBehindProxy::start().await;
    replica.readiness().await.is(200);
    let sql = replica.sql().await;
    sql.run("begin; lock table revocation in access exclusive mode").await;
    let (response, after) = wait_for_readiness(&replica, 503, Duration::from_secs(7)).await;
    assert!(after > Duration::from_secs(4), "not ready after {after:?}");
    assert_eq!(response.is_problem(503, "unavailable").json()["detail"], "The revocation feed is stale.");
    replica.two.ann().is_accepted().await;
    replica.two.anonymous().get("/health/live").await.is(200);
    sql.run("rollback").await;
    wait_for_readiness(&replica, 200, Duration::from_secs(5)).await;
    let revoked = replica.log_outs("afterwards", 3).await;
    all_are_rejected(&revoked).await;
}
