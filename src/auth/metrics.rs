//! The state of revocations and of the key set, read at each scrape.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{family::Family, gauge::ConstGauge, gauge::Gauge},
};

use super::{jwks::KeySetMonitor, revocations::Revocations};

/// Reads the metrics of an authenticator.
pub(crate) struct AuthCollector {
    pub(super) revocations: Revocations,
    pub(super) key_set: Option<KeySetMonitor>,
}

impl Collector for AuthCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let held = Family::<[(&'static str, &'static str); 1], Gauge>::default();
        for (kind, count) in self.revocations.counts() {
            held.get_or_create(&[("kind", kind)]).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        held.encode(encoder.encode_descriptor(
            "revocations",
            "Unexpired revocations in memory.",
            None,
            held.metric_type(),
        )?)?;
        let mut gauge = |name: &str, help: &str, value: f64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        if let Some(age) = self.revocations.feed_age() {
            gauge(
                "revocation_feed_age_seconds",
                "Time since the revocation feed was last known to be complete.",
                age.as_secs_f64(),
            )?;
        }
        if let Some(age) = self.key_set.as_ref().and_then(KeySetMonitor::age) {
            gauge("key_set_age_seconds", "Time since the key set was fetched.", age.as_secs_f64())?;
        }
        Ok(())
    }
}

impl fmt::Debug for AuthCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthCollector").finish_non_exhaustive()
    }
}
