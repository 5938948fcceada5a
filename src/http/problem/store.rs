//! Errors of the store as problems.

use entity::StoreError;

use super::{InvalidField, Kind, Problem};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::AccessDenied(_) => Self::new(Kind::Unavailable).with_cause(error),
            StoreError::Unexpected(_) => Self::new(Kind::Internal).with_cause(error),
            StoreError::CursorMismatch => Self::invalid(vec![InvalidField::new(
                "/cursor",
                "must be the next_cursor of a page with the same sort and filters",
            )]),
        }
    }
}
