//! The OTLP exporter, whose failures are logged.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use opentelemetry_otlp::{ExporterBuildError, Protocol, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};

/// Logs the first of several failures in a row, and the recovery.
#[derive(Debug)]
pub(super) struct Exporter {
    otlp: opentelemetry_otlp::SpanExporter,
    is_failing: AtomicBool,
}

impl Exporter {
    pub(super) fn new(endpoint: &str) -> Result<Self, ExporterBuildError> {
        let otlp = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .build()?;
        Ok(Self { otlp, is_failing: AtomicBool::new(false) })
    }
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let result = self.otlp.export(batch).await;
        let was_failing = self.is_failing.swap(result.is_err(), Ordering::Relaxed);
        match &result {
            Err(error) if !was_failing => {
                log::warn!(error:%; "traces are not exported; check OTEL_EXPORTER_OTLP_ENDPOINT");
            }
            Ok(()) if was_failing => log::info!("traces are exported again"),
            _ => {}
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.otlp.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}
