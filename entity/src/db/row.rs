//! A row of a result.

use sea_orm::{QueryResult, TryGetable};

use super::error::StoreError;

/// A row of a result, read by position: by name, each column of each row would be looked up.
#[derive(Debug)]
pub(crate) struct Row(QueryResult);

impl Row {
    pub(super) fn new(row: QueryResult) -> Self {
        Self(row)
    }

    /// Returns the value at `position`, counted from zero.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if there is no such column or its value is not a `T`.
    pub(crate) fn get<T: TryGetable>(&self, position: usize) -> Result<T, StoreError> {
        Ok(self.0.try_get_by_index(position)?)
    }
}
