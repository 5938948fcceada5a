//! Redirects of a browser that has opened a link of a mail.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use url::Url;

use crate::http::trusted_origins::PLACEHOLDER_BASE;

/// Returns the first query parameter with this name, decoded.
pub(super) fn query_parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Returns a redirect to `target`, relative to `base`, with one query parameter set.
pub(super) fn redirect_with(target: &str, base: &str, (name, value): (&str, &str)) -> HttpResponse {
    let target = Url::parse(base).and_then(|base| base.join(target)).map(|mut url| {
        let others: Vec<_> = url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
        url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
        url
    });
    found(target.map(String::from).as_deref().unwrap_or(base)).finish()
}

/// Returns a redirect to `target`, a path or a URL.
pub(super) fn redirect_to(target: &str) -> HttpResponseBuilder {
    found(&normalized(target, None))
}

/// Returns a redirect to `target`, a path or a URL, with an error code appended to its query.
pub(super) fn redirect_with_error(target: &str, code: &str) -> HttpResponse {
    found(&normalized(target, Some(code))).finish()
}

/// Escapes what a header cannot hold, and appends the error. A path remains a path.
fn normalized(target: &str, error: Option<&str>) -> String {
    let base = Url::parse(PLACEHOLDER_BASE);
    let Ok(mut url) = base.and_then(|base| base.join(target)) else { return "/".to_owned() };
    if let Some(code) = error {
        url.query_pairs_mut().append_pair("error", code);
    }
    let url = String::from(url);
    match url.strip_prefix(PLACEHOLDER_BASE) {
        Some(path) if path.starts_with("//") => "/".to_owned(),
        Some(path) => path.to_owned(),
        None => url,
    }
}

fn found(location: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Found();
    response.insert_header((header::LOCATION, location));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_stay_what_they_are() {
        for (target, expected) in [
            ("/", "/"),
            ("/a?b=c#d", "/a?b=c#d"),
            ("/ü", "/%C3%BC"),
            ("/.//evil.example", "/"),
            ("https://example.com", "https://example.com/"),
            ("https://example.com/a\nb", "https://example.com/ab"),
        ] {
            assert_eq!(normalized(target, None), expected);
        }
        assert_eq!(normalized("/a?b=c", Some("X")), "/a?b=c&error=X");
    }
}
