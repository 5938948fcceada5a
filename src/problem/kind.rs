//! The closed list of kinds of problem.

use actix_web::http::StatusCode;

/// A kind of problem: what a client may tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Malformed,
    Unauthorized,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    Timeout,
    TooLarge,
    UnsupportedMediaType,
    InvalidContent,
    Internal,
    Unavailable,
}

impl Kind {
    pub(crate) const ALL: [Self; 11] = [
        Self::Malformed,
        Self::Unauthorized,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::Timeout,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidContent,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The kind that stands for a status of the framework's.
    pub(crate) fn of(status: StatusCode) -> Self {
        let same = Self::ALL.into_iter().find(|kind| kind.status() == status);
        same.unwrap_or(if status.is_server_error() { Self::Internal } else { Self::Malformed })
    }

    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidContent => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Malformed => "malformed-request",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::NotAcceptable => "not-acceptable",
            Self::Timeout => "request-timeout",
            Self::TooLarge => "content-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::InvalidContent => "invalid-content",
            Self::Internal => "internal-error",
            Self::Unavailable => "unavailable",
        }
    }

    /// Where the service explains this kind: its `type`.
    pub(crate) fn reference(self) -> String {
        format!("/problems/{}", self.slug())
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Malformed => "Malformed request",
            Self::Unauthorized => "Unauthorized",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::NotAcceptable => "Not acceptable",
            Self::Timeout => "Request timeout",
            Self::TooLarge => "Content too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::InvalidContent => "Invalid content",
            Self::Internal => "Internal error",
            Self::Unavailable => "Unavailable",
        }
    }

    /// What is said of it where nothing closer is known.
    pub(crate) fn detail(self) -> &'static str {
        match self {
            Self::Malformed => "The request can't be read.",
            Self::Unauthorized => "A bearer token is needed.",
            Self::NotFound => "There is nothing here.",
            Self::MethodNotAllowed => "This method is not offered here; see the Allow header.",
            Self::NotAcceptable => "Answers are application/json.",
            Self::Timeout => "The body did not arrive in time.",
            Self::TooLarge => "The body is larger than 64 KiB.",
            Self::UnsupportedMediaType => "Bodies are application/json in UTF-8, without a content encoding.",
            Self::InvalidContent => "The content breaks a rule; see errors.",
            Self::Internal => "Something went wrong here; the log knows more under this request's id.",
            Self::Unavailable => "The service can't answer now; try again.",
        }
    }

    /// What a developer reads who opens the kind's page.
    pub(crate) fn explanation(self) -> &'static str {
        match self {
            Self::Malformed => {
                "The request is not JSON, not UTF-8, or holds a NUL character. Nothing was stored. Send well-formed JSON."
            }
            Self::Unauthorized => {
                "There was no bearer token, or it is expired, revoked or not valid. Send `Authorization: Bearer <token>` \
                 with a fresh token. `taskbridge explain-token` says what is wrong with one."
            }
            Self::NotFound => {
                "There is no such route, or this caller has nothing of that id. Another user's task and one that never \
                 was look the same."
            }
            Self::MethodNotAllowed => "The path exists, the method does not. The Allow header lists those that do.",
            Self::NotAcceptable => "The Accept header leaves out application/json, which is all there is.",
            Self::Timeout => "The body came too slowly. Nothing was stored. Send it again.",
            Self::TooLarge => "A body may have 64 KiB at most. Nothing was stored.",
            Self::UnsupportedMediaType => {
                "A body is sent as `Content-Type: application/json`, in UTF-8, with no Content-Encoding."
            }
            Self::InvalidContent => {
                "The request is well-formed, but something in it breaks a rule. Nothing was stored. `errors` has each \
                 place, as a JSON pointer into the body or as `/` and the name of a query parameter, and what must stand there."
            }
            Self::Internal => "A fault of the service. The log has the cause under the request's id, in `instance`.",
            Self::Unavailable => {
                "Something that is needed, the database mostly, is away or too slow. Try again after `Retry-After` seconds."
            }
        }
    }

    /// Seconds after which it makes sense to try again.
    pub(crate) fn retry_after(self) -> Option<u16> {
        (self == Self::Unavailable).then_some(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_status_and_a_slug_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.status()), kind);
            assert_eq!(Kind::ALL.iter().filter(|other| other.slug() == kind.slug()).count(), 1);
        }
    }
}
