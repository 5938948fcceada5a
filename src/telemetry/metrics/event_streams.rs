//! Event streams: how many are open, what they are sent, and why they end.

use std::sync::LazyLock;

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use super::counters::CounterVec;

/// Open streams.
pub(crate) static EVENT_STREAMS: LazyLock<Gauge> = LazyLock::new(Gauge::default);

/// Streams that have ended. The reason is `client` if the client closed the connection or did not read, `rejected` if the
/// stream could not begin.
pub(crate) static EVENT_STREAMS_ENDED: LazyLock<CounterVec<1>> = LazyLock::new(|| {
    CounterVec::new(["reason"], [["client"], ["rejected"], ["unauthorized"], ["slow"], ["closed"], ["failed"]])
});

/// Changes that were read for the streams of a user, however many these are.
pub(crate) static EVENTS: LazyLock<Counter> = LazyLock::new(Counter::default);

pub(super) fn register_event_streams(registry: &mut Registry) {
    registry.register("event_streams", "Open event streams", EVENT_STREAMS.clone());
    registry.register("event_streams_ended", "Event streams that have ended, by reason", EVENT_STREAMS_ENDED.family());
    registry.register("events", "Changes that were read for event streams, once a user", EVENTS.clone());
}
