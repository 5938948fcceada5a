//! Metrics of all databases of the process. Label values are constants, so that no input becomes one.

use std::{sync::LazyLock, time::Instant};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::error::StoreError;

/// Upper bounds in seconds.
const DURATION_BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];

const GROUP_SIZE_BUCKETS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The metrics of the process.
pub(super) static METRICS: LazyLock<DbMetrics> = LazyLock::new(DbMetrics::new);

type Label = [(&'static str, &'static str); 1];
type Histograms = Family<Label, Histogram, fn() -> Histogram>;

pub(super) struct DbMetrics {
    pub(super) read: Histogram,
    pub(super) slow_read: Histogram,
    pub(super) write: Histogram,
    pub(super) insert: Histogram,
    pub(super) transaction: Histogram,
    pub(super) shared_pool: PoolMetrics,
    pub(super) exclusive_pool: PoolMetrics,
    /// Open connections to PostgreSQL.
    pub(super) connections: Gauge,
    /// Callers that wait for SQLite's writer.
    pub(super) sqlite_writer_waiting: Gauge,
    pub(super) commit_group_size: Histogram,
    families: Families,
}

/// The metrics of one kind of pooled connections.
pub(super) struct PoolMetrics {
    pub(super) in_use: Gauge,
    waits: Histogram,
    wait_failures: Counter,
}

struct Families {
    statements: Histograms,
    errors: Family<Label, Counter>,
    pool_in_use: Family<Label, Gauge>,
    pool_waits: Histograms,
    pool_wait_failures: Family<Label, Counter>,
}

/// Counts something in a gauge until it is dropped.
pub struct InProgress(&'static Gauge);

impl InProgress {
    /// Adds one to `gauge`.
    #[must_use]
    pub fn start(gauge: &'static Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Registers the metrics of all databases of the process.
pub fn register_metrics(registry: &mut Registry) {
    let (metrics, families) = (&*METRICS, &METRICS.families);
    registry.register(
        "db_statement_duration_seconds",
        "Time of statements and transactions, waits for a connection included",
        families.statements.clone(),
    );
    registry.register("db_errors", "Statements and transactions that failed", families.errors.clone());
    registry.register(
        "db_pool_in_use",
        "Statements on shared connections, and exclusive connections in use",
        families.pool_in_use.clone(),
    );
    registry.register(
        "db_pool_wait_seconds",
        "Time of waits for a connection. One that is free at once is not counted",
        families.pool_waits.clone(),
    );
    registry.register(
        "db_pool_wait_failures",
        "Waits for a connection that ended without one",
        families.pool_wait_failures.clone(),
    );
    registry.register(
        "db_connections",
        "Open connections to PostgreSQL, without that of LISTEN",
        metrics.connections.clone(),
    );
    registry.register(
        "sqlite_writer_waiting",
        "Writes and transactions that wait for SQLite's writer",
        metrics.sqlite_writer_waiting.clone(),
    );
    registry.register("db_commit_group_size", "Writes that share one commit", metrics.commit_group_size.clone());
}

impl DbMetrics {
    fn new() -> Self {
        let families = Families::new();
        let statement = |kind| families.statements.get_or_create_owned(&[("kind", kind)]);
        Self {
            read: statement("read"),
            slow_read: statement("slow_read"),
            write: statement("write"),
            insert: statement("insert"),
            transaction: statement("transaction"),
            shared_pool: PoolMetrics::new("shared", &families),
            exclusive_pool: PoolMetrics::new("exclusive", &families),
            connections: Gauge::default(),
            sqlite_writer_waiting: Gauge::default(),
            commit_group_size: Histogram::new(GROUP_SIZE_BUCKETS),
            families,
        }
    }

    /// Records the duration and the error of a statement. Takes the result and not the future, which would grow by a copy.
    pub(super) fn record<T>(
        &self,
        kind: &Histogram,
        started: Instant,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        kind.observe(started.elapsed().as_secs_f64());
        self.record_error(result)
    }

    pub(super) fn record_error<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        match &result {
            // the caller is at fault
            Ok(_) | Err(StoreError::CursorMismatch) => {}
            Err(error) => drop(self.families.errors.get_or_create(&[("class", error.name())]).inc()),
        }
        result
    }

    #[expect(clippy::cast_precision_loss, reason = "a group has at most 256 writes")]
    pub(super) fn record_commit(&self, group_size: usize) {
        self.commit_group_size.observe(group_size as f64);
    }
}

impl PoolMetrics {
    fn new(pool: &'static str, families: &Families) -> Self {
        let label = [("pool", pool)];
        Self {
            in_use: families.pool_in_use.get_or_create_owned(&label),
            waits: families.pool_waits.get_or_create_owned(&label),
            wait_failures: families.pool_wait_failures.get_or_create_owned(&label),
        }
    }

    /// Waits for a connection, and records how long that took.
    pub(super) async fn record_wait<T>(
        &self,
        wait: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let started = Instant::now();
        let result = wait.await;
        self.waits.observe(started.elapsed().as_secs_f64());
        if result.is_err() {
            self.wait_failures.inc();
        }
        result
    }
}

impl Families {
    fn new() -> Self {
        let durations = || Histograms::new_with_constructor(|| Histogram::new(DURATION_BUCKETS));
        let families = Self {
            statements: durations(),
            errors: Family::default(),
            pool_in_use: Family::default(),
            pool_waits: durations(),
            pool_wait_failures: Family::default(),
        };
        for class in ["unavailable", "access_denied", "unexpected"] {
            drop(families.errors.get_or_create(&[("class", class)]));
        }
        families
    }
}
