//! Several services on one database: revocations take effect on all of them within a second.

use std::{sync::Arc, time::Duration};

use chrono::Duration as Time;

use crate::support::{ACCOUNTS, ApiClient, BACKENDS, Backend, Issuer, KeyServer, SqlConnection, TestApp, TestDatabase};

/// Two services on one database.
pub(super) struct Replicas {
    pub(super) one: TestApp,
    pub(super) two: TestApp,
}

impl Replicas {
    pub(super) async fn start(backend: Backend) -> Self {
        let database = Arc::new(TestDatabase::new(backend).await);
        let one = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
        let two = TestApp::start_on(database, [ACCOUNTS]).await;
        Self { one, two }
    }

    /// The same token at the second replica, which has verified it.
    pub(super) async fn used_at_two(&self, client: &ApiClient) -> ApiClient {
        let there = self.two.bearer(client.token().unwrap());
        for _ in 0..4 {
            there.is_accepted().await;
        }
        there
    }

    async fn sql(&self, statements: &str) {
        SqlConnection::on(&self.one.database()).await.run(statements).await;
    }
}

impl ApiClient {
    pub(super) async fn is_rejected_at_both(&self, there: &Self) {
        self.is_rejected_soon().await;
        there.is_rejected_soon().await;
    }
}

/// Better Auth deletes sessions and users by plain SQL.
#[actix_web::test]
async fn revocations_by_sql_reach_every_replica() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let (ann, bob, carol) = (
            replicas.one.anonymous().signs_up("ann").await,
            replicas.one.anonymous().signs_up("bob").await,
            replicas.one.anonymous().signs_up("carol").await,
        );
        let refreshed = ann.refreshes().await;
        let there = replicas.used_at_two(&refreshed).await;
        replicas.sql(&format!("delete from session where id = '{}'", ann.session_id())).await;
        refreshed.is_rejected_at_both(&there).await;
        ann.is_signed_out().await;

        let there = replicas.used_at_two(&bob).await;
        replicas.sql(&format!("delete from session where \"userId\" = '{}'", bob.id())).await;
        bob.is_rejected_at_both(&there).await;

        let there = replicas.used_at_two(&carol).await;
        let cascading = if backend == Backend::Sqlite { "pragma foreign_keys = on; " } else { "" };
        replicas.sql(&format!("{cascading}delete from \"user\" where id = '{}'", carol.id())).await;
        carol.is_rejected_at_both(&there).await;
        replicas.one.anonymous().refreshes_with(carol.refresh_token()).await.rejects_the_refresh_token();
    }
}

#[actix_web::test]
async fn a_jwks_token_is_revoked_on_every_replica() {
    let (keys, issuer): (KeyServer, Issuer) = KeyServer::with_issuer("EdDSA").await;
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let url = keys.url();
        let settings = [("BETTER_AUTH_SECRET", ""), ("JWKS_URL", url.as_str())];
        let one = TestApp::start_on(Arc::clone(&database), settings).await;
        let two = TestApp::start_on(database, settings).await;
        let replicas = Replicas { one, two };
        let ann = replicas.one.ann_of(&issuer);
        let there = replicas.used_at_two(&ann).await;
        ann.logs_out().await.is(204);
        ann.is_rejected_at_both(&there).await;
    }
}

/// As text, a timestamp after the year 9999 would sort before all others.
#[actix_web::test]
async fn a_token_that_expires_in_9999_stays_revoked() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.bearer(replicas.one.token("ann").with("exp", 253_402_300_799_i64).sign());
        let there = replicas.used_at_two(&ann).await;
        ann.logs_out().await.is(204);
        ann.is_rejected_at_both(&there).await;
        let three = TestApp::start_on(replicas.one.database(), [ACCOUNTS]).await;
        three.bearer(ann.token().unwrap()).is_rejected().await;
    }
}

#[actix_web::test]
async fn a_new_replica_loads_all_revocations() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let anonymous = replicas.one.anonymous();
        let (ann, bob, carol) =
            (anonymous.signs_up("ann").await, anonymous.signs_up("bob").await, anonymous.signs_up("carol").await);
        let (front_end, of_carol) = (replicas.one.ann(), replicas.one.user(carol.id()));
        ann.logs_out().await.is(204);
        front_end.logs_out().await.is(204);
        carol.delete("/api/auth/sessions").await.is(204);
        let three = TestApp::start_on(replicas.one.database(), [ACCOUNTS]).await;
        let there = |client: &ApiClient| three.bearer(client.token().unwrap());
        for ended in [&*ann, &front_end, &*carol, &of_carol] {
            there(ended).is_rejected().await;
        }
        there(&bob).is_accepted().await;
    }
}

/// The median of 30 is below the polling interval.
#[actix_web::test]
async fn a_log_out_is_notified_and_not_polled() {
    let replicas = Replicas::start(Backend::Postgres).await;
    let mut times = Vec::new();
    for number in 0..30 {
        let ann = replicas.one.bearer(replicas.one.token("ann").with("jti", number).sign());
        let there = replicas.used_at_two(&ann).await;
        ann.logs_out().await.is(204);
        times.push(there.is_rejected_soon().await);
    }
    times.sort();
    assert!(times[15] < Duration::from_millis(250), "polled, not notified: {times:?}");
}

#[actix_web::test]
async fn a_refresh_token_is_rotated_once_across_replicas() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.anonymous().signs_up("ann").await;
        let at_two = replicas.two.anonymous();
        let (here, there) =
            futures_util::future::join(ann.refreshes(), at_two.refreshes_with(ann.refresh_token())).await;
        let there = at_two.signed_in_by(there.is(200));
        assert_eq!(here.refresh_token(), there.refresh_token());
        let next = there.refreshes().await;
        replicas.one.advance_clock(Time::seconds(11));
        replicas.one.anonymous().refreshes_with(ann.refresh_token()).await.rejects_the_refresh_token();
        next.is_rejected_soon().await;
    }
}
