//! Limits that replicas share in the database.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use chrono::TimeDelta;
use entity::RateLimitCounters;
use futures_util::future::join_all;

use super::test_limits::{ANN, HOME, LimitOutcome, TestLimits, address, to_outcome};
use crate::support::{ACCOUNTS, ApiResponse, BACKENDS, SqlConnection, Store, TestApp, TestDatabase, email, store::now};

/// Two replicas with one database and one clock.
struct Replicas {
    store: Store,
    milliseconds: Arc<AtomicI64>,
    both: [TestLimits; 2],
}

impl Replicas {
    async fn on(backend: crate::support::Backend) -> Self {
        let store = Store::new(backend).await;
        let milliseconds = Arc::new(AtomicI64::new(now().timestamp_millis()));
        let both = [(); 2].map(|()| TestLimits::sharing(RateLimitCounters::new(store.db()), &milliseconds));
        Self { store, milliseconds, both }
    }

    fn advance_clock(&self, time: TimeDelta) {
        self.milliseconds.fetch_add(time.num_milliseconds(), SeqCst);
    }

    async fn log_in(&self, replica: usize, from: &str) -> LimitOutcome {
        to_outcome(self.both[replica].limits.check_log_in(address(from), ANN).await)
    }

    /// The number of log-ins that pass at the replicas in turn.
    async fn count(&self, from: impl Fn(usize) -> String) -> usize {
        for attempt in 0..1_000 {
            if self.log_in(attempt % 2, &from(attempt)).await.is_err() {
                return attempt;
            }
        }
        panic!("no limit");
    }

    async fn accepts(&self, replica: usize, from: &str) {
        self.both[replica].limits.log_in_accepted(address(from), ANN).await;
    }
}

#[actix_web::test]
async fn replicas_share_a_limit_and_its_refill() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        assert_eq!(replicas.count(|_| HOME.to_owned()).await, 10);
        for replica in [0, 1] {
            assert_eq!(replicas.log_in(replica, HOME).await, Err(180));
        }
        replicas.advance_clock(TimeDelta::milliseconds(179_001));
        assert_eq!(replicas.log_in(1, HOME).await, Err(1));
        replicas.advance_clock(TimeDelta::milliseconds(999));
        assert_eq!(replicas.count(|_| HOME.to_owned()).await, 1);
        replicas.advance_clock(TimeDelta::hours(2));
        assert_eq!(replicas.count(|_| HOME.to_owned()).await, 10);
    }
}

#[actix_web::test]
async fn concurrent_attempts_cannot_exceed_a_shared_limit() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        let outcomes = join_all((0..60).map(|attempt| replicas.log_in(attempt % 2, HOME))).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 10, "{outcomes:?}");
    }
}

#[actix_web::test]
async fn a_rejected_attempt_is_not_counted_in_memory() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        for _ in 0..10 {
            replicas.log_in(0, HOME).await.unwrap();
        }
        for _ in 0..20 {
            assert_eq!(replicas.log_in(1, HOME).await, Err(180));
        }
        replicas.advance_clock(TimeDelta::minutes(3));
        assert_eq!(replicas.log_in(1, HOME).await, Ok(()));
    }
}

#[actix_web::test]
async fn a_log_in_at_one_replica_is_refunded_at_all() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        for attempt in 0..20 {
            replicas.log_in(attempt % 2, HOME).await.unwrap();
            replicas.accepts(attempt % 2, HOME).await;
        }
        assert_eq!(replicas.count(|_| HOME.to_owned()).await, 10);
    }
}

#[actix_web::test]
async fn an_address_that_is_known_to_one_replica_is_known_to_all() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        replicas.log_in(0, HOME).await.unwrap();
        replicas.accepts(0, HOME).await;
        assert_eq!(replicas.count(|attempt| format!("203.0.113.{attempt}")).await, 50);
        assert_eq!(replicas.log_in(1, HOME).await, Ok(()));
    }
}

#[actix_web::test]
async fn without_the_table_each_replica_counts_on_its_own() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        replicas.store.sql().await.run("drop table rate_limit_counter").await;
        assert_eq!(replicas.count(|_| HOME.to_owned()).await, 20);
    }
}

#[actix_web::test]
async fn counters_name_nobody_and_are_deleted_once_they_have_expired() {
    for backend in BACKENDS {
        let replicas = Replicas::on(backend).await;
        replicas.log_in(0, HOME).await.unwrap();
        let keys = replicas.store.sql().await.column("select key from rate_limit_counter order by key").await;
        let limits: Vec<_> = keys.iter().map(|key| key.split(':').next().unwrap()).collect();
        assert_eq!(limits, ["log-in/account+address", "log-in/account", "log-in/address"]);
        assert!(keys.iter().all(|key| !key.contains("198.51") && !key.contains("ann")), "{keys:?}");
        assert_eq!(replicas.store.cleans_up_a_batch(now()).await, 0);
        assert_eq!(replicas.store.cleans_up_a_batch(now() + TimeDelta::hours(2)).await, 3);
    }
}

#[actix_web::test]
async fn services_on_one_database_share_the_limits() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let settings = [ACCOUNTS, ("RATE_LIMIT", "on"), ("RATE_LIMIT_STORE", "database")];
        let one = TestApp::start_on(Arc::clone(&database), settings).await;
        let two = TestApp::start_on(Arc::clone(&database), settings).await;
        let clients = [one.anonymous(), two.anonymous()];
        let guess = async |number: usize| clients[number % 2].tries_to_log_in(&email("ann"), "wrong").await;
        let responses: Vec<ApiResponse> = join_all((0..30).map(guess)).await;
        assert_eq!(responses.iter().filter(|response| response.status == 401).count(), 10, "{responses:?}");
        assert_eq!(responses.iter().filter(|response| response.status == 429).count(), 20, "{responses:?}");
        assert_eq!(SqlConnection::on(&database).await.number("select count(*) from rate_limit_counter").await, 3);
    }
}
