//! Metrics of the process: counted always, served if `METRICS_ADDRESS` is set.
//!
//! A label value is a constant of the program or an operation ID of the contract, so that no input becomes one.

mod counters;
mod event_streams;
mod exposition;
mod http;
mod password_hashing;
mod process;

use prometheus_client::{collector::Collector, metrics::info::Info, registry::Registry};

use self::{
    counters::register_counters, event_streams::register_event_streams, http::register_requests,
    process::ProcessCollector,
};
pub(crate) use self::{
    counters::{BACKGROUND_FAILURES, FEED_RECONNECTS, KEY_SET_REFRESHES, MAILS, RATE_LIMITS, TOKEN_VERIFICATIONS},
    event_streams::{EVENT_STREAMS, EVENT_STREAMS_ENDED, EVENTS},
    exposition::Exposition,
    http::RequestMetrics,
    password_hashing::PASSWORD_HASHING,
};

/// What every metric begins with that is not one of any process.
const PREFIX: &str = "taskbridge";

/// Returns the registry of all metrics: those of the process, and what `collector` reads at each scrape.
pub(crate) fn registry(collector: impl Collector) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(ProcessCollector));
    let service = registry.sub_registry_with_prefix(PREFIX);
    service.register("build", "Version of the service", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    register_requests(service);
    register_counters(service);
    register_event_streams(service);
    PASSWORD_HASHING.register(service);
    entity::register_metrics(service);
    service.register_collector(Box::new(collector));
    registry
}
