//! The metrics as text: Prometheus 0.0.4, or OpenMetrics 1.0 if the client prefers it.

use std::fmt;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{Accept, Header},
};
use prometheus_client::{
    encoding::{prometheus_text, text},
    registry::Registry,
};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes the metrics of a registry.
pub(crate) struct Exposition(Registry);

impl Exposition {
    pub(crate) fn new(registry: Registry) -> Self {
        Self(registry)
    }

    /// Returns the response to a scrape.
    pub(crate) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let (content_type, result) = if prefers_open_metrics(request) {
            (OPEN_METRICS, self.write(text::encode))
        } else {
            (prometheus_text::CONTENT_TYPE, self.write(prometheus_text::encode))
        };
        match result {
            Ok(body) => HttpResponse::Ok().content_type(content_type).body(body),
            Err(error) => {
                log::error!(error:%; "metrics can't be written");
                HttpResponse::InternalServerError().finish()
            }
        }
    }

    fn write(&self, encode: impl Fn(&mut String, &Registry) -> fmt::Result) -> Result<String, fmt::Error> {
        let mut body = String::new();
        encode(&mut body, &self.0)?;
        Ok(body)
    }
}

/// Returns whether `Accept` ranks OpenMetrics before every range of plain text.
fn prefers_open_metrics(request: &HttpRequest) -> bool {
    let accepted = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
    let first = accepted
        .iter()
        .find(|range| matches!(range.essence_str(), "application/openmetrics-text" | "text/plain" | "text/*" | "*/*"));
    first.is_some_and(|range| range.subtype() == "openmetrics-text")
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header, test::TestRequest};

    use super::*;

    #[test]
    fn the_format_is_the_one_that_the_client_prefers() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,\
            text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        for (accept, expected) in [
            (prometheus, true),
            ("application/openmetrics-text", true),
            ("text/plain;version=0.0.4;q=0.6,application/openmetrics-text;q=0.5", false),
            ("text/html, */*;q=0.8", false),
            ("*/*", false),
            ("", false),
            (";;q=x", false),
        ] {
            let request = TestRequest::get().insert_header((header::ACCEPT, accept)).to_http_request();
            assert_eq!(prefers_open_metrics(&request), expected, "{accept}");
        }
        assert!(!prefers_open_metrics(&TestRequest::get().to_http_request()));
    }
}
