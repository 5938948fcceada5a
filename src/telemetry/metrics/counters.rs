//! Counters by label.

use std::sync::LazyLock;

use prometheus_client::{
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

/// Verifications of tokens. The outcome is `verified`, or why the token is rejected.
pub(crate) static TOKEN_VERIFICATIONS: LazyLock<CounterVec<2>> =
    LazyLock::new(|| CounterVec::new(["kind", "outcome"], []));

/// Attempts to fetch the key set.
pub(crate) static KEY_SET_REFRESHES: LazyLock<CounterVec<1>> =
    LazyLock::new(|| CounterVec::new(["outcome"], [["succeeded"], ["failed"]]));

/// Reconnections of the revocation feed.
pub(crate) static FEED_RECONNECTS: LazyLock<Counter> = LazyLock::new(Counter::default);

/// Decisions of the rate limits.
pub(crate) static RATE_LIMITS: LazyLock<CounterVec<2>> = LazyLock::new(|| CounterVec::new(["limit", "outcome"], []));

/// Mails that were queued, sent or given up.
pub(crate) static MAILS: LazyLock<CounterVec<1>> =
    LazyLock::new(|| CounterVec::new(["event"], [["queued"], ["sent"], ["failed"]]));

/// Failed runs of background tasks.
pub(crate) static BACKGROUND_FAILURES: LazyLock<CounterVec<1>> = LazyLock::new(|| {
    CounterVec::new(["task"], [["cleanup"], ["search_index"], ["revocation_feed"], ["signing_keys"], ["event_streams"]])
});

/// A counter for each combination of label values.
pub(crate) struct CounterVec<const N: usize> {
    labels: [&'static str; N],
    family: Family<[(&'static str, &'static str); N], Counter>,
}

impl<const N: usize> CounterVec<N> {
    /// Creates counters. Those of `known` values are reported before the first event, so that their rate is right from then on.
    pub(super) fn new(labels: [&'static str; N], known: impl IntoIterator<Item = [&'static str; N]>) -> Self {
        let counters = Self { labels, family: Family::default() };
        for values in known {
            counters.add(values, 0);
        }
        counters
    }

    pub(super) fn family(&self) -> Family<[(&'static str, &'static str); N], Counter> {
        self.family.clone()
    }

    /// Counts an event.
    pub(crate) fn inc(&self, values: [&'static str; N]) {
        self.add(values, 1);
    }

    /// Reports the counter from now on, though nothing has happened.
    pub(crate) fn init(&self, values: [&'static str; N]) {
        self.add(values, 0);
    }

    fn add(&self, values: [&'static str; N], count: u64) {
        let mut labels = self.labels.map(|label| (label, ""));
        for (label, value) in labels.iter_mut().zip(values) {
            label.1 = value;
        }
        self.family.get_or_create(&labels).inc_by(count);
    }
}

pub(super) fn register_counters(registry: &mut Registry) {
    registry.register(
        "token_verifications",
        "Verified and rejected credentials by kind and outcome",
        TOKEN_VERIFICATIONS.family.clone(),
    );
    registry.register("key_set_refreshes", "Attempts to fetch the key set", KEY_SET_REFRESHES.family.clone());
    registry.register(
        "revocation_feed_reconnects",
        "Reconnections of the revocation feed after a failure",
        FEED_RECONNECTS.clone(),
    );
    registry.register("rate_limit_decisions", "Decisions of the rate limits", RATE_LIMITS.family.clone());
    registry.register("mails", "Mails that were queued, sent or given up", MAILS.family.clone());
    registry.register("background_failures", "Failed runs of background tasks", BACKGROUND_FAILURES.family.clone());
}
