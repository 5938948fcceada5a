//! A collector of traces (OTLP over HTTP) that keeps the spans it receives.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Bytes, Data, PayloadConfig},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;

use super::Program;

/// The longest wait for a span.
const SPAN_TIMEOUT: Duration = Duration::from_secs(20);

/// A running collector.
pub(crate) struct TraceCollector {
    address: String,
    received: Arc<Mutex<Vec<Bytes>>>,
    server: ServerHandle,
}

/// A span as received.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedSpan {
    pub(crate) name: String,
    pub(crate) trace_id: String,
    pub(crate) id: String,
    /// Empty for a span without a parent.
    pub(crate) parent: String,
    pub(crate) kind: i32,
    pub(crate) is_error: bool,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The names of the events.
    pub(crate) events: Vec<String>,
    /// From the start to the end, in nanoseconds since 1970.
    pub(crate) time: (u64, u64),
}

impl TraceCollector {
    pub(crate) fn start() -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Data::new(Arc::clone(&received));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(kept.clone())
                .app_data(PayloadConfig::new(64 << 20))
                .route("/v1/traces", web::post().to(receive))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = server.addrs()[0].to_string();
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, received, server: handle }
    }

    /// A program that exports its traces here, five times a second.
    pub(crate) fn traces(&self, program: Program) -> Program {
        program
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{}", self.address))
            .with("OTEL_BSP_SCHEDULE_DELAY", "200")
    }

    /// All spans so far.
    pub(crate) fn spans(&self) -> Vec<ReceivedSpan> {
        let received = self.received.lock().unwrap();
        let requests = received.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("protobuf"));
        let scopes = requests.flat_map(|request| request.resource_spans).flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).map(ReceivedSpan::from).collect()
    }

    /// Waits until `count` spans have this name, and returns all spans.
    pub(crate) async fn spans_with(&self, name: &str, count: usize) -> Vec<ReceivedSpan> {
        let started = Instant::now();
        loop {
            let spans = self.spans();
            if spans.iter().filter(|span| span.name == name).count() >= count {
                return spans;
            }
            assert!(started.elapsed() < SPAN_TIMEOUT, "not received: {count} of {name:?} in {spans:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for a span with this name in a trace, and returns all spans of the trace.
    pub(crate) async fn trace_with(&self, trace_id: &str, name: &str) -> Vec<ReceivedSpan> {
        let started = Instant::now();
        loop {
            let trace: Vec<_> = self.spans().into_iter().filter(|span| span.trace_id == trace_id).collect();
            if trace.iter().any(|span| span.name == name) {
                return trace;
            }
            assert!(started.elapsed() < SPAN_TIMEOUT, "not received: {name:?} in {trace:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Returns whether anything received has these bytes, in whatever field.
    pub(crate) fn has_received(&self, text: &str) -> bool {
        let received = self.received.lock().unwrap();
        received.iter().any(|body| body.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

impl Drop for TraceCollector {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn receive(body: Bytes, received: Data<Arc<Mutex<Vec<Bytes>>>>) -> HttpResponse {
    received.lock().unwrap().push(body);
    HttpResponse::Ok().content_type("application/x-protobuf").finish()
}

impl ReceivedSpan {
    /// The value of an attribute; empty if there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl From<Span> for ReceivedSpan {
    fn from(span: Span) -> Self {
        let text = |KeyValue { key, value, .. }| (key, value.and_then(to_text).unwrap_or_default());
        Self {
            name: span.name,
            trace_id: hex::encode(span.trace_id),
            id: hex::encode(span.span_id),
            parent: hex::encode(span.parent_span_id),
            kind: span.kind,
            is_error: span.status.is_some_and(|status| status.code == 2),
            attributes: span.attributes.into_iter().map(text).collect(),
            events: span.events.into_iter().map(|event| event.name).collect(),
            time: (span.start_time_unix_nano, span.end_time_unix_nano),
        }
    }
}

fn to_text(value: AnyValue) -> Option<String> {
    match value.value? {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}
