//! A replica that does not hear what is ended elsewhere: it says so, and when it hears again it has missed nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::support::{ACCOUNTS, ApiClient, ApiResponse, Backend, ChaosProxy, SqlConnection, TestApp, TestDatabase};

const LISTENING: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'";
const TERMINATE: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()
    and (query ilike 'listen %' or query like '%issued_until, expires_at from revocation%') and pid <> pg_backend_pid()";

/// One service, and another that is told of what is ended there by a proxy that can be cut.
struct Cuttable {
    one: TestApp,
    two: TestApp,
    proxy: ChaosProxy,
}

impl Cuttable {
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

    /// So many log-outs of front ends' tokens at the first, each as it is known at the second.
    async fn log_outs(&self, name: &str, number: usize) -> Vec<ApiClient> {
        let mut ended = Vec::new();
        for number in 0..number {
            let token = self.one.token("ann").with("jti", format!("{name} {number}")).sign();
            self.one.bearer(&token).logs_out().await.is(204);
            ended.push(self.two.bearer(token));
        }
        ended
    }

    async fn readiness(&self) -> ApiResponse {
        self.two.anonymous().get("/health/ready").await
    }
}

/// All are rejected, as soon as the feed can be there again.
async fn all_are_refused_within(limit: Duration, ended: &[ApiClient]) {
    let begun = Instant::now();
    for client in ended {
        loop {
            let response = client.get("/api/tasks").await;
            if response.status == 401 {
                break;
            }
            assert!(begun.elapsed() < limit, "let in after {:?}: {}", begun.elapsed(), response.status);
        }
    }
}

/// Waits until readiness answers so; says after how long.
async fn becomes(cuttable: &Cuttable, status: u16, limit: Duration) -> (ApiResponse, Duration) {
    let begun = Instant::now();
    loop {
        let response = cuttable.readiness().await;
        if response.status.as_u16() == status {
            return (response, begun.elapsed());
        }
        assert!(begun.elapsed() < limit, "not {status} after {:?}: {}", begun.elapsed(), response.text);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn whoever_listens_may_be_terminated_and_misses_nothing() {
    let cuttable = Cuttable::start().await;
    let session = cuttable.sql().await;
    for round in 0..5 {
        let begun = Instant::now();
        while session.number(LISTENING).await < 2 {
            assert!(begun.elapsed() < Duration::from_secs(10), "nobody listens");
        }
        assert!(session.number(TERMINATE).await >= 2);
        let ended = cuttable.log_outs(&format!("round {round}"), 5).await;
        all_are_refused_within(Duration::from_secs(2), &ended).await;
    }
    cuttable.two.ann().is_accepted().await;
    cuttable.readiness().await.is(200);
}

#[actix_web::test]
async fn a_wire_that_is_cut_hides_nothing() {
    let cuttable = Cuttable::start().await;
    for round in 0..3 {
        cuttable.proxy.cut().await;
        let ended = cuttable.log_outs(&format!("round {round}"), 5).await;
        all_are_refused_within(Duration::from_secs(2), &ended).await;
    }
}

/// Long enough that what is missed is more than the last look's overlap with the next.
#[actix_web::test]
async fn what_was_ended_during_an_outage_is_known_after_it() {
    let cuttable = Cuttable::start().await;
    cuttable.readiness().await.is(200);
    cuttable.proxy.refuse().await;
    let mut ended = cuttable.log_outs("at once", 10).await;
    becomes(&cuttable, 503, Duration::from_secs(7)).await;
    tokio::time::timeout(Duration::from_secs(6), async {
        while cuttable.readiness().await.status != 200 {
            ended.extend(cuttable.log_outs(&format!("{}", ended.len()), 1).await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await
    .expect_err("it is ready without its database");
    cuttable.proxy.restore().await;
    becomes(&cuttable, 200, Duration::from_secs(10)).await;
    // it says that it is ready no sooner than it knows all
    for client in &ended {
        client.is_rejected().await;
    }
}

/// The database is there for all else: only what was ended can't be asked for.
#[actix_web::test]
async fn who_hears_nothing_for_five_seconds_is_not_ready() {
    let cuttable = Cuttable::start().await;
    cuttable.readiness().await.is(200);
    let session = cuttable.sql().await;
    session.run("begin; lock table revocation in access exclusive mode").await;
    let (response, after) = becomes(&cuttable, 503, Duration::from_secs(7)).await;
    assert!(after > Duration::from_secs(4), "not ready after {after:?}");
    assert_eq!(response.is_problem(503, "unavailable").json()["detail"], "What is revoked elsewhere is not heard.");
    cuttable.two.ann().is_accepted().await;
    cuttable.two.anonymous().get("/health/live").await.is(200);
    session.run("rollback").await;
    becomes(&cuttable, 200, Duration::from_secs(5)).await;
    let ended = cuttable.log_outs("afterwards", 3).await;
    all_are_refused_within(Duration::from_secs(1), &ended).await;
}
