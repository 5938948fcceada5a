//! The closed list of kinds of problem: one table, which status, slug, title and texts are read from.

use actix_web::http::StatusCode;

macro_rules! kinds {
    ($($kind:ident { $status:ident, $slug:literal, $title:literal, detail: $detail:literal, explanation: $explanation:literal, })+) => {
        /// A kind of problem: what a client may tell apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind,)+ }

        impl Kind {
            pub(crate) const ALL: &[Self] = &[$(Self::$kind,)+];

            pub(crate) fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status,)+ }
            }

            pub(crate) fn slug(self) -> &'static str {
                match self { $(Self::$kind => $slug,)+ }
            }

            pub(crate) fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)+ }
            }

            /// What is said of it where nothing closer is known.
            pub(crate) fn detail(self) -> &'static str {
                match self { $(Self::$kind => $detail,)+ }
            }

            /// What a developer reads who opens the kind's page.
            pub(crate) fn explanation(self) -> &'static str {
                match self { $(Self::$kind => $explanation,)+ }
            }
        }
    };
}

kinds! {
    Malformed {
        BAD_REQUEST, "malformed-request", "Malformed request",
        detail: "The request can't be read.",
        explanation: "The request is not JSON, not UTF-8, or holds a NUL character. Nothing was stored. Send well-formed JSON.",
    }
    Unauthorized {
        UNAUTHORIZED, "unauthorized", "Unauthorized",
        detail: "A bearer token is needed.",
        explanation: "There was no bearer token, or it is expired, revoked or not valid: send `Authorization: Bearer <token>` with a fresh token; `taskbridge explain-token` says what is wrong with one, unless it was revoked. At log-in the e-mail address or the password is wrong; at refresh the refresh token is used up, expired or its session over: log in again.",
    }
    NotFound {
        NOT_FOUND, "not-found", "Not found",
        detail: "There is nothing here.",
        explanation: "There is no such route, or this caller has nothing of that id. Another user's task and one that never was look the same.",
    }
    MethodNotAllowed {
        METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed",
        detail: "This method is not offered here; see the Allow header.",
        explanation: "The path exists, the method does not. The Allow header lists those that do.",
    }
    NotAcceptable {
        NOT_ACCEPTABLE, "not-acceptable", "Not acceptable",
        detail: "Answers are application/json.",
        explanation: "The Accept header leaves out application/json, which is all there is.",
    }
    Conflict {
        CONFLICT, "email-taken", "E-mail taken",
        detail: "This e-mail address has an account already.",
        explanation: "An account has one e-mail address, and an address has one account, however it is cased. Nothing was stored. Log in instead, or take another address.",
    }
    Timeout {
        REQUEST_TIMEOUT, "request-timeout", "Request timeout",
        detail: "The body did not arrive in time.",
        explanation: "The body came too slowly. Nothing was stored. Send it again.",
    }
    TooLarge {
        PAYLOAD_TOO_LARGE, "content-too-large", "Content too large",
        detail: "The body is larger than 64 KiB.",
        explanation: "A body may have 64 KiB at most. Nothing was stored.",
    }
    UnsupportedMediaType {
        UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type",
        detail: "Bodies are application/json in UTF-8, without a content encoding.",
        explanation: "A body is sent as `Content-Type: application/json`, in UTF-8, with no Content-Encoding.",
    }
    InvalidContent {
        UNPROCESSABLE_ENTITY, "invalid-content", "Invalid content",
        detail: "The content breaks a rule; see errors.",
        explanation: "The request is well-formed, but something in it breaks a rule. Nothing was stored. `errors` has each place, as a JSON pointer into the body or as `/` and the name of a query parameter, and what must stand there.",
    }
    TooManyRequests {
        TOO_MANY_REQUESTS, "too-many-requests", "Too many requests",
        detail: "Too many attempts; try again later, see the Retry-After header.",
        explanation: "This was tried too often from one address or for one account. Nothing was done. Try again after `Retry-After` seconds.",
    }
    Internal {
        INTERNAL_SERVER_ERROR, "internal-error", "Internal error",
        detail: "Something went wrong here; see the server log for this request id.",
        explanation: "A fault of the service. The server log has the cause under the request id, which is in `instance`.",
    }
    Unavailable {
        SERVICE_UNAVAILABLE, "unavailable", "Unavailable",
        detail: "The service can't answer now; try again.",
        explanation: "Something that is needed, the database or the key set, is away or too slow, or too many passwords are being checked at once. Try again after `Retry-After` seconds.",
    }
}

impl Kind {
    /// The kind that stands for a status of the framework's.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        let same = Self::ALL.iter().copied().find(|kind| kind.status() == status);
        same.unwrap_or(if status.is_server_error() { Self::Internal } else { Self::Malformed })
    }

    /// Where the service explains this kind: its `type`.
    pub(crate) fn reference(self) -> String {
        format!("/problems/{}", self.slug())
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
            assert_eq!(Kind::from_status(kind.status()), *kind);
            assert_eq!(Kind::ALL.iter().filter(|other| other.slug() == kind.slug()).count(), 1);
        }
    }
}
