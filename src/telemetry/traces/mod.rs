//! Traces: spans that are exported by OTLP over HTTP.

mod exporter;
mod propagation;

use std::time::Duration;

use entity::trace;
pub(crate) use entity::trace::{Span, current, is_recording, set_attributes};
use opentelemetry::{Key, global::BoxedTracer, trace::TracerProvider};
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};

use self::exporter::Exporter;
pub(crate) use self::propagation::{current_headers, remote_parent};
use crate::config::TraceSettings;

/// How long a shutdown waits until the last spans are exported.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// Exports spans until it is dropped, which exports the last ones.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts a thread that exports spans in batches. Spans that it has no room for are dropped.
    ///
    /// # Errors
    ///
    /// [`ExporterBuildError`] if a standard variable that the SDK reads is invalid.
    pub(crate) fn start(settings: &TraceSettings) -> Result<Self, ExporterBuildError> {
        let ratio = Sampler::TraceIdRatioBased(settings.sampled_ratio);
        let sampler = if settings.follows_parent { Sampler::ParentBased(Box::new(ratio)) } else { ratio };
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Exporter::new(settings.endpoint.expose())?)
            .with_sampler(sampler)
            .with_resource(resource())
            .build();
        trace::record(BoxedTracer::new(Box::new(provider.tracer(env!("CARGO_PKG_NAME")))));
        Ok(Self(provider))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if self.0.shutdown_with_timeout(FLUSH_TIMEOUT).is_err() {
            log::warn!("the last traces are not exported");
        }
    }
}

/// Describes the service. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` take precedence.
fn resource() -> Resource {
    let resource = Resource::builder().build();
    let is_named = resource
        .get(&Key::from_static_str("service.name"))
        .is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let builder = Resource::builder();
    let builder = if is_named { builder } else { builder.with_service_name(env!("CARGO_PKG_NAME")) };
    builder.with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build()
}
