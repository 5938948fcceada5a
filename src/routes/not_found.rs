//! What is not there: 404, or 405 where only the method is not (RFC 9110 §15.5.6).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem};

use crate::http::problem::{Kind, Problem};

/// The methods of each path, as the contract has them.
pub(super) struct AllowedMethods(Vec<Path>);

struct Path {
    segments: Vec<String>,
    allow: String,
}

impl AllowedMethods {
    /// Those of `document`, and those under `prefix` again under each of `aliases`.
    pub(super) fn from_document(document: &OpenApi, prefix: &str, aliases: &[&str]) -> Self {
        let mut methods = Vec::new();
        for (path, item) in &document.paths.paths {
            methods.push(Path::new(path, item));
            if let Some(rest) = path.strip_prefix(prefix) {
                methods.extend(aliases.iter().map(|alias| Path::new(&format!("{alias}{rest}"), item)));
            }
        }
        Self(methods)
    }

    fn for_path(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|known| known.matches(path)).map(|known| known.allow.as_str())
    }
}

impl Path {
    fn new(pattern: &str, item: &PathItem) -> Self {
        let methods = [
            ("GET, HEAD", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ];
        let allowed: Vec<_> = methods.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
        Self { segments: pattern.split('/').map(str::to_owned).collect(), allow: allowed.join(", ") }
    }

    fn matches(&self, path: &str) -> bool {
        let mut given = path.split('/');
        let fits = self.segments.iter().all(|segment| {
            given
                .next()
                .is_some_and(|given| if segment.starts_with('{') { !given.is_empty() } else { segment == given })
        });
        fits && given.next().is_none()
    }
}

/// Answers every request that no route takes.
pub(super) async fn not_found(request: HttpRequest, methods: Data<AllowedMethods>) -> Result<HttpResponse, Problem> {
    let allow = methods.for_path(request.path()).and_then(|allow| HeaderValue::from_str(allow).ok());
    Err(match allow {
        Some(allow) => Problem::new(Kind::MethodNotAllowed).with_header(header::ALLOW, allow),
        None => Problem::new(Kind::NotFound),
    })
}

/// Answers every other request to pages that can only be read.
pub(super) async fn get_only() -> Result<HttpResponse, Problem> {
    Err(Problem::new(Kind::MethodNotAllowed).with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD")))
}
