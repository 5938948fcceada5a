//! The closed list of problem kinds: status, slug, title and texts of each in one table.

use actix_web::http::StatusCode;

macro_rules! kinds {
    ($($kind:ident { $status:ident, $slug:literal, $title:literal, detail: $detail:literal, explanation: $explanation:literal, })+) => {
        /// A problem kind: the errors that a client can distinguish.
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

            /// The default detail.
            pub(crate) fn detail(self) -> &'static str {
                match self { $(Self::$kind => $detail,)+ }
            }

            /// The text of the kind's page, for developers.
            pub(crate) fn explanation(self) -> &'static str {
                match self { $(Self::$kind => $explanation,)+ }
            }
        }
    };
}

kinds! {
    Malformed {
        BAD_REQUEST, "malformed-request", "Malformed request",
        detail: "The request cannot be parsed.",
        explanation: "The request is not well-formed JSON, is not UTF-8, or contains a NUL character. Nothing was stored.",
    }
    Unauthorized {
        UNAUTHORIZED, "unauthorized", "Unauthorized",
        detail: "A bearer token is required.",
        explanation: "The bearer token is missing, expired, revoked or invalid. Send `Authorization: Bearer <token>` with a valid token. `taskbridge explain-token` reports why a token is rejected, except for revocation. At log-in, the email address or the password is incorrect. At refresh, the refresh token has been used or has expired, or its session has ended: log in again.",
    }
    Forbidden {
        FORBIDDEN, "forbidden", "Forbidden",
        detail: "The request is not allowed.",
        explanation: "A request with a session cookie comes from a page whose origin is not in CORS_ALLOWED_ORIGINS, names such an origin as its target, or needs a more recent sign-in. At log-in and sign-up, the email address has to be verified first. Or the access token is that of an OAuth client, which may not manage the account.",
    }
    NotFound {
        NOT_FOUND, "not-found", "Not found",
        detail: "The resource does not exist.",
        explanation: "No route matches the path, or the user has no resource with this id. Resources of other users are reported as missing.",
    }
    MethodNotAllowed {
        METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed",
        detail: "The path does not support this method; see the Allow header.",
        explanation: "The path does not support the method of the request. The Allow header lists the methods that it supports.",
    }
    NotAcceptable {
        NOT_ACCEPTABLE, "not-acceptable", "Not acceptable",
        detail: "The Accept header excludes every media type of the response.",
        explanation: "The Accept header excludes every media type of the operation's responses. Accept `application/json`.",
    }
    Conflict {
        CONFLICT, "email-taken", "E-mail taken",
        detail: "An account with this email address already exists.",
        explanation: "Email addresses are unique, ignoring case. Nothing was stored. Log in, or use another address.",
    }
    RequestInProgress {
        CONFLICT, "request-in-progress", "Request in progress",
        detail: "A request with the same Idempotency-Key is still in progress.",
        explanation: "An earlier request with the same `Idempotency-Key` has not been answered yet. Send the request again later, with the same key: it returns the answer of the first.",
    }
    SyncTokenExpired {
        GONE, "sync-token-expired", "Sync token expired",
        detail: "The sync token is too old; read all changes again without it.",
        explanation: "The service has forgotten tasks that were deleted after the sync token was issued (`TOMBSTONE_RETENTION`), or the database was restored from a backup. Discard what was read before and start again without `since`.",
    }
    PreconditionFailed {
        PRECONDITION_FAILED, "precondition-failed", "Precondition failed",
        detail: "The task has been changed since; see the ETag header.",
        explanation: "The task has another revision than those in `If-Match`, or it exists (or existed) and `If-None-Match: *` was sent. Nothing was stored. `ETag` has the current revision; a batch has none, and `errors` points to the operation. Read the task again, and repeat the change if it still applies.",
    }
    Timeout {
        REQUEST_TIMEOUT, "request-timeout", "Request timeout",
        detail: "The request body was not received in time.",
        explanation: "The request body was not received within 10 seconds. Nothing was stored. Send the request again.",
    }
    TooLarge {
        PAYLOAD_TOO_LARGE, "content-too-large", "Content too large",
        detail: "The request body is too large.",
        explanation: "The request body is larger than 64 KiB, or 1 MiB in a batch. Nothing was stored.",
    }
    UnsupportedMediaType {
        UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type",
        detail: "The request body must be application/json in UTF-8, without a content encoding.",
        explanation: "Send the body in UTF-8 with `Content-Type: application/json` and without `Content-Encoding`.",
    }
    InvalidContent {
        UNPROCESSABLE_ENTITY, "invalid-content", "Invalid content",
        detail: "The request is invalid; see errors.",
        explanation: "The request is well-formed, but a value is missing or invalid. Nothing was stored. Each item of `errors` has a JSON pointer into the body, or `/` and the name of a query parameter, and the rule that the value must satisfy.",
    }
    IdempotencyKeyReused {
        UNPROCESSABLE_ENTITY, "idempotency-key-reused", "Idempotency key reused",
        detail: "The Idempotency-Key was used for another request.",
        explanation: "The user has sent another request with the same `Idempotency-Key` before. Nothing was stored. Make a new key for each operation, and keep it only to repeat that operation.",
    }
    TooManyRequests {
        TOO_MANY_REQUESTS, "too-many-requests", "Too many requests",
        detail: "Too many attempts; try again after the time in the Retry-After header.",
        explanation: "The rate limit of the client address or of the account is exceeded. Nothing was done. Try again after `Retry-After` seconds.",
    }
    Internal {
        INTERNAL_SERVER_ERROR, "internal-error", "Internal error",
        detail: "An internal error occurred; the server log has the cause under this request id.",
        explanation: "The service failed. The server log has the cause under the request id, which is the value of `instance`.",
    }
    Unavailable {
        SERVICE_UNAVAILABLE, "unavailable", "Unavailable",
        detail: "The service is temporarily unavailable; try again.",
        explanation: "The database or the key set is unavailable or too slow, or too many passwords are being verified. Try again after `Retry-After` seconds.",
    }
    Overloaded {
        SERVICE_UNAVAILABLE, "overloaded", "Overloaded",
        detail: "The service has too many requests; try again after the time in the Retry-After header.",
        explanation: "The service runs as many requests as it can, and the request could not be started in time. Nothing was done. Try again after `Retry-After` seconds, and wait longer after each further attempt.",
    }
}

impl Kind {
    /// The first kind of a status: that of an error of the framework. Statuses without a kind are internal errors (5xx) or malformed requests (4xx).
    pub(crate) fn from_status(status: StatusCode) -> Self {
        let same = Self::ALL.iter().copied().find(|kind| kind.status() == status);
        same.unwrap_or(if status.is_server_error() { Self::Internal } else { Self::Malformed })
    }

    /// The URI reference of the kind's page: the `type` of its problems.
    pub(crate) fn reference(self) -> String {
        format!("/problems/{}", self.slug())
    }

    /// The default `Retry-After`, in seconds.
    pub(crate) fn retry_after(self) -> Option<u16> {
        matches!(self, Self::Unavailable | Self::Overloaded | Self::RequestInProgress).then_some(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_slug_of_its_own() {
        for kind in Kind::ALL {
            let is_first = !matches!(kind, Kind::Overloaded | Kind::RequestInProgress | Kind::IdempotencyKeyReused);
            assert_eq!(Kind::from_status(kind.status()) == *kind, is_first);
            assert_eq!(Kind::ALL.iter().filter(|other| other.slug() == kind.slug()).count(), 1);
        }
    }
}
