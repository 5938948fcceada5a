//! What an error of a driver means.

/// The kinds of error that a driver can report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorClass {
    Unavailable,
    AccessDenied,
    UnknownColumn,
    Other,
}
