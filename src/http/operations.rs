//! The operations of the contract by path: their methods and the media types of their responses.

use std::collections::BTreeSet;

use actix_web::http::Method;
use utoipa::openapi::{Components, OpenApi, PathItem, RefOr, Response, path};

/// The operations of every path, aliases included.
pub(crate) struct Operations(Vec<PathOperations>);

struct PathOperations {
    segments: Vec<String>,
    allow: String,
    operations: Vec<(Method, MediaTypes)>,
}

/// The media types of an operation's responses.
#[derive(Debug, Default)]
pub(crate) struct MediaTypes {
    /// Those of the successful responses; empty if these have no body.
    pub(crate) success: BTreeSet<String>,
    /// Those of all responses.
    pub(crate) all: BTreeSet<String>,
}

impl Operations {
    /// Reads the operations of `document`; those under `prefix` exist under each of `aliases` too.
    pub(crate) fn from_document(document: &OpenApi, prefix: &str, aliases: &[&str]) -> Self {
        let components = document.components.as_ref();
        let mut paths = Vec::new();
        for (path, item) in &document.paths.paths {
            paths.push(PathOperations::new(path, item, components));
            if let Some(rest) = path.strip_prefix(prefix) {
                let alias = |alias: &&str| PathOperations::new(&format!("{alias}{rest}"), item, components);
                paths.extend(aliases.iter().map(alias));
            }
        }
        Self(paths)
    }

    /// The value of `Allow` for a path, if the path exists.
    pub(crate) fn allow(&self, path: &str) -> Option<&str> {
        self.find(path).map(|known| known.allow.as_str())
    }

    /// The media types of an operation's responses, if the operation exists.
    pub(crate) fn media_types(&self, path: &str, method: &Method) -> Option<&MediaTypes> {
        let (_, media_types) = self.find(path)?.operations.iter().find(|(known, _)| known == method)?;
        Some(media_types)
    }

    fn find(&self, path: &str) -> Option<&PathOperations> {
        self.0.iter().find(|known| known.matches(path))
    }
}

impl PathOperations {
    fn new(pattern: &str, item: &PathItem, components: Option<&Components>) -> Self {
        let methods = [
            ("GET, HEAD", Method::GET, &item.get),
            ("POST", Method::POST, &item.post),
            ("PUT", Method::PUT, &item.put),
            ("PATCH", Method::PATCH, &item.patch),
            ("DELETE", Method::DELETE, &item.delete),
        ];
        let (mut allowed, mut operations) = (Vec::new(), Vec::new());
        for (names, method, operation) in methods {
            if let Some(operation) = operation {
                allowed.push(names);
                operations.push((method, MediaTypes::new(operation, components)));
            }
        }
        Self { segments: pattern.split('/').map(str::to_owned).collect(), allow: allowed.join(", "), operations }
    }

    fn matches(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        let matches =
            self.segments.iter().all(|pattern| {
                segments.next().is_some_and(|segment| {
                    if pattern.starts_with('{') { !segment.is_empty() } else { pattern == segment }
                })
            });
        matches && segments.next().is_none()
    }
}

impl MediaTypes {
    fn new(operation: &path::Operation, components: Option<&Components>) -> Self {
        let mut media_types = Self::default();
        for (status, response) in &operation.responses.responses {
            let Some(response) = resolve(response, components) else { continue };
            media_types.all.extend(response.content.keys().cloned());
            if status.starts_with('2') {
                media_types.success.extend(response.content.keys().cloned());
            }
        }
        media_types
    }
}

fn resolve<'r>(response: &'r RefOr<Response>, components: Option<&'r Components>) -> Option<&'r Response> {
    match response {
        RefOr::T(response) => Some(response),
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            components?.responses.get(name).and_then(|response| resolve(response, None))
        }
    }
}
