//! Request ids: in responses, problems and log lines.

use std::{fmt, rc::Rc};

use actix_web::http::header::HeaderMap;
use uuid::{Uuid, fmt::Hyphenated};

/// The header of the request id, in requests and in responses.
pub(crate) const X_REQUEST_ID: &str = "x-request-id";

/// A request id: 1 to 64 characters of `[A-Za-z0-9._-]`, which need no escaping in headers and log lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(Rc<str>);

impl RequestId {
    /// Returns the client's id if it is valid, otherwise a new UUID.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|given| is_safe(given));
        Self(given.map_or_else(new_id, Rc::from))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn new_id() -> Rc<str> {
    let mut text = [0; Hyphenated::LENGTH];
    Rc::from(&*Uuid::now_v7().hyphenated().encode_lower(&mut text))
}

fn is_safe(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}
