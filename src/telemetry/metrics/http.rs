//! Requests: how many, how long, how many at the same time.

use std::{
    sync::{Arc, LazyLock},
    time::Instant,
};

use actix_web::http::StatusCode;
use entity::InProgress;
use opentelemetry::trace::SpanContext;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, exemplar::HistogramWithExemplars, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::telemetry::traces;

/// Upper bounds in seconds.
const DURATION_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The operation of a request whose path and method are not in the contract.
const OTHER: &str = "other";

type DurationHistogram = HistogramWithExemplars<ExemplarLabels>;
type Histograms = Family<Labels, DurationHistogram, fn() -> DurationHistogram>;

static REQUESTS: LazyLock<Family<Labels, Counter>> = LazyLock::new(Family::default);
static DURATIONS: LazyLock<Histograms> =
    LazyLock::new(|| Family::new_with_constructor(|| DurationHistogram::new(DURATION_BUCKETS.into_iter())));
static IN_FLIGHT: LazyLock<Gauge> = LazyLock::new(Gauge::default);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    operation: Arc<str>,
    /// 0 if the client closed the connection before it received a response.
    status: u16,
}

/// The labels of an exemplar: the last request of each bucket whose trace is exported.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ExemplarLabels {
    trace_id: String,
}

impl ExemplarLabels {
    /// `None` if the current trace is not exported.
    fn current() -> Option<Self> {
        let span = traces::current().filter(SpanContext::is_sampled)?;
        Some(Self { trace_id: span.trace_id().to_string() })
    }
}

/// A request in flight. Dropped without a status, it counts as one whose client is gone.
pub(crate) struct RequestMetrics {
    operation: Option<Arc<str>>,
    status: u16,
    started: Instant,
    _in_flight: InProgress,
}

impl RequestMetrics {
    /// Starts to measure a request of this operation; `None` if the contract has none.
    pub(crate) fn start(operation: Option<Arc<str>>) -> Self {
        Self { operation, status: 0, started: Instant::now(), _in_flight: InProgress::start(&IN_FLIGHT) }
    }

    /// Records the status of the response and ends the measurement.
    pub(crate) fn finish(mut self, status: StatusCode) {
        self.status = status.as_u16();
    }
}

impl Drop for RequestMetrics {
    fn drop(&mut self) {
        let operation = self.operation.take().unwrap_or_else(|| OTHER.into());
        let labels = Labels { operation, status: self.status };
        REQUESTS.get_or_create(&labels).inc();
        let duration = self.started.elapsed().as_secs_f64();
        DURATIONS.get_or_create(&labels).observe(duration, ExemplarLabels::current(), None);
    }
}

pub(super) fn register_requests(registry: &mut Registry) {
    registry.register(
        "http_requests",
        "Requests by operation of the contract and status; status 0 if the client was gone",
        REQUESTS.clone(),
    );
    registry.register(
        "http_request_duration_seconds",
        "Time from the head of the request to that of the response",
        DURATIONS.clone(),
    );
    registry.register("http_requests_in_flight", "Requests without a response yet", IN_FLIGHT.clone());
}
