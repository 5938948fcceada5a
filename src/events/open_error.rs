//! Why a stream cannot be opened.

use actix_web::http::header::{self, HeaderValue};
use entity::StoreError;

use super::registry::RegistrationError;
use crate::http::problem::{InvalidField, Kind, Problem};

/// What the sync token of a request must be.
pub(crate) const MUST_BE_TOKEN: &str = "the sync token of a page of changes or of an event";

/// The `Retry-After` of a user with too many streams, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

/// Why a stream cannot be opened.
pub(crate) enum OpenError {
    /// The user has as many streams as one may have.
    TooManyStreams,
    /// The service shuts down.
    Closed,
    /// The changes since the token can no longer be read.
    Expired,
    /// The token is another user's.
    ForeignToken,
    /// The changes cannot be read now.
    Store(StoreError),
}

/// Returns the problem of a sync token that is not one, or another user's.
pub(crate) fn invalid_token(parameter: &str) -> Problem {
    Problem::invalid(vec![InvalidField::new(format!("/{parameter}"), format!("must be {MUST_BE_TOKEN}"))])
}

impl OpenError {
    /// Returns the problem; `parameter` had the sync token.
    pub(crate) fn into_problem(self, parameter: &str) -> Problem {
        match self {
            Self::TooManyStreams => Problem::new(Kind::TooManyRequests)
                .with_detail("The user has too many open event streams.")
                .with_header(header::RETRY_AFTER, RETRY_AFTER),
            Self::Closed => Problem::new(Kind::Unavailable).with_cause("the service shuts down"),
            Self::Expired => Problem::new(Kind::SyncTokenExpired),
            Self::ForeignToken => invalid_token(parameter),
            Self::Store(error) => error.into(),
        }
    }
}

impl From<RegistrationError> for OpenError {
    fn from(error: RegistrationError) -> Self {
        match error {
            RegistrationError::TooManyStreams => Self::TooManyStreams,
            RegistrationError::Closed => Self::Closed,
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
