//! A scraper of a service's metrics.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use super::{ApiClient, ApiResponse, Process, Program};

/// The longest wait for a metric to change.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Reads the metrics of one process.
pub(crate) struct Scraper(ApiClient);

/// The metrics at one time, in the Prometheus text format.
#[derive(Debug, PartialEq)]
pub(crate) struct Metrics {
    pub(crate) text: String,
    samples: BTreeMap<String, f64>,
}

impl Program {
    /// Starts the service with a listener for metrics, and waits until it listens.
    pub(crate) async fn serve_with_metrics(self) -> (Process, Scraper) {
        let process = self.with("METRICS_ADDRESS", "127.0.0.1:0").serve().await;
        let line = process.has_logged("metrics on http://").await;
        let address = line.split("http://").nth(1).unwrap().trim_end_matches("/metrics");
        let scraper = Scraper(ApiClient::new(&format!("http://{address}"), "scraper", None));
        (process, scraper)
    }
}

impl Scraper {
    pub(crate) async fn get(&self, path: &str) -> ApiResponse {
        self.0.get(path).await
    }

    /// Scrapes with this value of `Accept`.
    pub(crate) async fn accepts(&self, accept: &str) -> ApiResponse {
        ApiResponse::to(self.0.request(reqwest::Method::GET, "/metrics").header("Accept", accept)).await.is(200)
    }

    pub(crate) async fn scrapes(&self) -> Metrics {
        Metrics::parse(self.get("/metrics").await.is(200).text)
    }

    /// Scrapes until a series satisfies a condition.
    pub(crate) async fn waits_for(&self, series: &str, condition: impl Fn(f64) -> bool) -> Metrics {
        let started = Instant::now();
        loop {
            let metrics = self.scrapes().await;
            if metrics.find(series).is_some_and(&condition) {
                return metrics;
            }
            assert!(started.elapsed() < TIMEOUT, "{series} is {:?}", metrics.find(series));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Metrics {
    fn parse(text: String) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let sample = |line: &str| {
            let (series, value) = line.rsplit_once(' ').expect("a series and a value");
            (series.to_owned(), value.parse().expect("a number"))
        };
        Self { samples: lines.map(sample).collect(), text }
    }

    /// The value of a series, such as `taskbridge_mails_total{event="sent"}`.
    pub(crate) fn value(&self, series: &str) -> f64 {
        self.find(series).unwrap_or_else(|| panic!("no {series} in\n{}", self.text))
    }

    pub(crate) fn find(&self, series: &str) -> Option<f64> {
        self.samples.get(series).copied()
    }

    pub(crate) fn series(&self) -> BTreeSet<&str> {
        self.samples.keys().map(String::as_str).collect()
    }

    /// The families and their types.
    pub(crate) fn families(&self) -> BTreeMap<&str, &str> {
        self.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect()
    }

    /// The values of a label, over all series.
    pub(crate) fn label_values(&self, label: &str) -> BTreeSet<&str> {
        let value = |series: &&'_ str| -> Option<(usize, usize)> {
            let start = series.find(&format!("{label}=\""))? + label.len() + 2;
            Some((start, start + series[start..].find('"')?))
        };
        self.samples
            .keys()
            .filter_map(|series| value(&series.as_str()).map(|(start, end)| &series[start..end]))
            .collect()
    }
}
