//! The span of a request, by the conventions of OpenTelemetry for HTTP servers. It holds no part of the URL but the pattern of
//! its route, and no header.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use opentelemetry::{
    KeyValue,
    trace::{SpanBuilder, SpanKind},
};

use super::subject::subject;
use crate::{
    http::operations::Operations,
    telemetry::traces::{Span, remote_parent},
};

/// The method of a request whose method HTTP does not define.
const OTHER: &str = "_OTHER";

/// Runs the request in a span inside the caller's trace.
pub(crate) async fn trace_request(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let method = method_name(request.method());
    let builder = || SpanBuilder::from_name(span_name(method)).with_kind(SpanKind::Server);
    let span = Span::entry(&remote_parent(request.headers()), builder);
    if span.is_recorded() {
        describe_request(&span, method, &request);
    }
    let result = span.run(next.call(request)).await;
    if span.is_recorded() {
        describe_response(&span, &result);
    }
    result
}

/// Returns [`OTHER`] for a method that HTTP does not define, which could be any text.
fn method_name(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}

fn span_name(method: &'static str) -> &'static str {
    if method == OTHER { "HTTP" } else { method }
}

fn describe_request(span: &Span, method: &'static str, request: &ServiceRequest) {
    span.set(KeyValue::new("http.request.method", method));
    let operations = request.app_data::<Data<Operations>>();
    if let Some(route) = operations.and_then(|operations| operations.route(request.path())) {
        span.rename(format!("{} {route}", span_name(method)));
        span.set(KeyValue::new("http.route", route));
    }
}

fn describe_response<B>(span: &Span, result: &Result<ServiceResponse<B>, Error>) {
    let status = match result {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    span.set(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
    if status.is_server_error() {
        span.fail(status.as_str().to_owned());
    }
    if let Some(subject) = result.as_ref().ok().and_then(subject) {
        span.set(KeyValue::new("enduser.pseudo.id", subject.to_string()));
    }
}
