//! The origins whose pages may use the session cookie, and that a response may lead to.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap},
};
use url::Url;

use crate::config::Config;

/// A base that no target can share its origin with by chance.
pub(crate) const PLACEHOLDER_BASE: &str = "https://taskbridge.invalid";

/// What is wrong with the origin of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UntrustedOrigin {
    /// The request names none.
    Missing,
    /// It is not trusted.
    Unknown,
}

/// `CORS_ALLOWED_ORIGINS`, and the origin of the service itself.
pub(crate) struct TrustedOrigins {
    listed: Vec<String>,
    /// `None` if only the `Host` header tells the service's own origin.
    public: Option<String>,
}

impl TrustedOrigins {
    pub(crate) fn new(config: &Config) -> Self {
        Self { listed: config.http.cors_origins.clone(), public: config.session_cookie.public_origin.clone() }
    }

    /// Returns whether a page at `url` may use the session cookie. Of a URL with a path, the origin counts.
    fn accepts(&self, url: &str, request: &HttpRequest) -> bool {
        let Some(url) = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
            return false;
        };
        let origin = url.origin().ascii_serialization();
        self.listed.contains(&origin) || self.is_own(&origin, request)
    }

    /// Returns whether a response may lead to `target`: a path of the page's own origin, or a URL of a trusted one.
    pub(crate) fn accepts_target(&self, target: &str, request: &HttpRequest) -> bool {
        // a parser of URLs drops some of them, a header cannot hold them
        if target.chars().any(char::is_control) {
            return false;
        }
        if target.starts_with('/') { is_safe_path(target) } else { self.accepts(target, request) }
    }

    /// Checks the page that sent a request: `Origin`, else `Referer`.
    pub(crate) fn check_origin(&self, request: &HttpRequest) -> Result<(), UntrustedOrigin> {
        match source(request.headers()) {
            Some("null") if header_text(request.headers(), "sec-fetch-site") == Some("same-origin") => Ok(()),
            None | Some("null") => Err(UntrustedOrigin::Missing),
            Some(source) if self.accepts(source, request) => Ok(()),
            Some(_) => Err(UntrustedOrigin::Unknown),
        }
    }

    /// Returns the service's own origin. Without `PUBLIC_URL`, which mail to others requires, it is what the client called.
    pub(crate) fn own_origin(&self, request: &HttpRequest) -> String {
        self.public.clone().unwrap_or_else(|| called_origin(request.headers()))
    }

    /// Returns the origin of the page that sent a request, if it is trusted.
    pub(crate) fn page(&self, request: &HttpRequest) -> Option<String> {
        header_text(request.headers(), "origin").filter(|origin| self.accepts(origin, request)).map(str::to_owned)
    }

    fn is_own(&self, origin: &str, request: &HttpRequest) -> bool {
        if let Some(public) = &self.public {
            return origin == public;
        }
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        origin.split_once("://").map(|(_, authority)| authority) == host
    }
}

/// Returns the page that sent the request: `Origin`, else `Referer`.
pub(crate) fn source(headers: &HeaderMap) -> Option<&str> {
    let of = |name| header_text(headers, name).filter(|value| !value.is_empty());
    of("origin").or_else(|| of("referer"))
}

/// Returns a header field as text, if it is ASCII.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Returns the origin in the `Host` header.
fn called_origin(headers: &HeaderMap) -> String {
    let url = Url::parse(&format!("http://{}", header_text(headers, "host").unwrap_or_default())).ok();
    url.map_or_else(|| "http://localhost".to_owned(), |url| url.origin().ascii_serialization())
}

/// Rejects what a browser or a router could read as another origin (RFC 3986 §4.2).
fn is_safe_path(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let is_ambiguous =
        target.starts_with("//") || target.contains('\\') || path.contains("%2f") || path.contains("%5c");
    let base = Url::parse(PLACEHOLDER_BASE).ok();
    let resolved = base.as_ref().and_then(|base| base.join(target).ok());
    // what remains of `/.//evil.example` without its dot segment is another origin
    let leads_elsewhere = resolved
        .as_ref()
        .is_none_or(|url| url.path().starts_with("//") || Some(url.origin()) != base.map(|base| base.origin()));
    !is_ambiguous && !leads_elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_same_origin_are_safe() {
        for safe in ["/", "/dashboard", "/a/b?next=//c#d", "/%20", "/ünï"] {
            assert!(is_safe_path(safe), "{safe}");
        }
        for unsafe_path in [
            "//evil.example",
            "/\\evil.example",
            "/%2fevil",
            "/a%5Cevil",
            "/.//evil.example",
            "/..//evil.example/x",
            "/x/..//evil.example",
            "/%2e//evil.example",
            "/.///evil.example",
        ] {
            assert!(!is_safe_path(unsafe_path), "{unsafe_path}");
        }
    }
}
