//! W3C Trace Context: the caller's trace in a request, and the current one in requests to others.

use std::collections::HashMap;

use actix_web::http::header::{HeaderMap, HeaderName};
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;

const TRACEPARENT: &str = "traceparent";

/// The longest accepted `tracestate` (Trace Context §3.3.1.5).
const MAX_TRACESTATE: usize = 512;

/// Returns the caller's span. A malformed `traceparent` is ignored, and so is a malformed, repeated or long `tracestate`.
pub(crate) fn remote_parent(headers: &HeaderMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers))
}

/// Returns the headers that name the current span to another service.
pub(crate) fn current_headers() -> impl Iterator<Item = (String, String)> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&Context::current(), &mut headers);
    headers.into_iter().filter(|(_, value)| !value.is_empty())
}

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.get_all(name);
        let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
        let is_valid = if name == TRACEPARENT { is_traceparent(value) } else { value.len() <= MAX_TRACESTATE };
        is_valid.then_some(value)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Returns whether `value` has the form of version 00 (Trace Context §3.2.2).
fn is_traceparent(value: &str) -> bool {
    const HYPHENS: [usize; 3] = [2, 35, 52];
    let is_in_place = |(at, byte): (usize, u8)| {
        if HYPHENS.contains(&at) { byte == b'-' } else { matches!(byte, b'0'..=b'9' | b'a'..=b'f') }
    };
    value.len() == 55 && value.bytes().enumerate().all(is_in_place)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use opentelemetry::trace::TraceContextExt;

    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn parent(fields: &[(&'static str, &str)]) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let context = remote_parent(&headers);
        let span = context.has_active_span().then(|| context.span().span_context().clone());
        span.map(|span| (span.trace_id().to_string(), span.trace_state().header()))
    }

    #[test]
    fn the_callers_trace_is_read() {
        let (trace, state) = parent(&[(TRACEPARENT, PARENT), ("tracestate", "vendor=a")]).unwrap();
        assert_eq!((trace.as_str(), state.as_str()), ("0af7651916cd43dd8448eb211c80319c", "vendor=a"));
    }

    #[test]
    fn a_malformed_parent_is_ignored() {
        let flags = |flags: &str| PARENT.replace("-01", flags);
        for malformed in [
            "",
            "00",
            &PARENT.to_uppercase(),
            &PARENT.replace("0af7", "+af7"),
            &PARENT.replace("00-", "ff-"),
            &flags("-1"),
            &flags("-01-"),
            &flags("-01-00"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            &"0".repeat(60_000),
        ] {
            assert_eq!(parent(&[(TRACEPARENT, malformed)]), None, "{malformed}");
        }
        assert_eq!(parent(&[(TRACEPARENT, PARENT), (TRACEPARENT, PARENT)]), None);
        assert_eq!(parent(&[("tracestate", "vendor=a")]), None);
    }

    #[test]
    fn a_long_state_is_ignored_and_the_parent_kept() {
        let state = format!("vendor={}", "a".repeat(512));
        assert_eq!(parent(&[(TRACEPARENT, PARENT), ("tracestate", &state)]).unwrap().1, "");
    }
}
