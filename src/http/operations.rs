//! The operations of the contract by path: their methods and the media types of their responses.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    iter,
    sync::Arc,
};

use actix_web::http::Method;
use utoipa::openapi::{Components, OpenApi, PathItem, RefOr, Response, path};

/// The tag of the operations that Better Auth's client uses.
const BETTER_AUTH_TAG: &str = "better-auth";

/// The operations of every path, aliases included.
pub(crate) struct Operations {
    /// Paths without parameters.
    fixed: HashMap<String, PathOperations>,
    patterns: Vec<PathOperations>,
    /// The paths that Better Auth's client uses.
    better_auth: HashSet<String>,
    /// The patterns of such paths that have parameters.
    better_auth_patterns: Vec<PathOperations>,
    /// Whether all other paths take the session cookie too.
    cookie_everywhere: bool,
}

struct PathOperations {
    segments: Vec<String>,
    allow: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: Method,
    id: Option<Arc<str>>,
    media_types: MediaTypes,
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
    /// Reads the operations of `document`. `aliases` returns the further paths of a path.
    pub(crate) fn from_document(
        document: &OpenApi,
        cookie_everywhere: bool,
        aliases: impl Fn(&str, &PathItem) -> Vec<String>,
    ) -> Self {
        let components = document.components.as_ref();
        let (mut fixed, mut patterns) = (HashMap::new(), Vec::new());
        let (mut better_auth, mut better_auth_patterns) = (HashSet::new(), Vec::new());
        for (path, item) in &document.paths.paths {
            for path in iter::once(path.clone()).chain(aliases(path, item)) {
                let operations = PathOperations::new(&path, item, components);
                if path.contains('{') {
                    patterns.push(operations);
                } else {
                    fixed.insert(path.clone(), operations);
                }
                if is_better_auth(item) && path.contains('{') {
                    better_auth_patterns.push(PathOperations::new(&path, item, components));
                } else if is_better_auth(item) {
                    better_auth.insert(path);
                }
            }
        }
        Self { fixed, patterns, better_auth, better_auth_patterns, cookie_everywhere }
    }

    /// Returns whether Better Auth's client uses a path.
    pub(crate) fn is_better_auth(&self, path: &str) -> bool {
        self.better_auth.contains(path) || self.better_auth_patterns.iter().any(|pattern| pattern.matches(path))
    }

    /// Returns whether the session cookie authenticates every route, not only those of Better Auth's client.
    pub(crate) fn takes_cookie_everywhere(&self) -> bool {
        self.cookie_everywhere
    }

    /// The pattern of a path, if the path exists.
    pub(crate) fn route(&self, path: &str) -> Option<String> {
        self.find(path).map(|known| known.segments.join("/"))
    }

    /// The value of `Allow` for a path, if the path exists.
    pub(crate) fn allow(&self, path: &str) -> Option<&str> {
        self.find(path).map(|known| known.allow.as_str())
    }

    /// The media types of an operation's responses, if the operation exists.
    pub(crate) fn media_types(&self, path: &str, method: &Method) -> Option<&MediaTypes> {
        self.operation(path, method).map(|operation| &operation.media_types)
    }

    /// The ID of an operation, if the operation exists. HEAD has that of GET.
    pub(crate) fn id(&self, path: &str, method: &Method) -> Option<Arc<str>> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.operation(path, method)?.id.clone()
    }

    fn operation(&self, path: &str, method: &Method) -> Option<&Operation> {
        self.find(path)?.operations.iter().find(|known| known.method == method)
    }

    fn find(&self, path: &str) -> Option<&PathOperations> {
        self.fixed.get(path).or_else(|| self.patterns.iter().find(|known| known.matches(path)))
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
                operations.push(Operation {
                    method,
                    id: operation.operation_id.as_deref().map(Arc::from),
                    media_types: MediaTypes::new(operation, components),
                });
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

/// Returns whether Better Auth's client uses the operations of a path.
pub(crate) fn is_better_auth(item: &PathItem) -> bool {
    let has_tag = |operation: &path::Operation| operation.tags.iter().flatten().any(|tag| tag == BETTER_AUTH_TAG);
    [&item.get, &item.post].into_iter().flatten().any(has_tag)
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
