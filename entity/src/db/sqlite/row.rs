//! A row of a result, copied out of SQLite.

use std::{ops::Range, sync::Arc};

use rusqlite::types::ValueRef;

use super::{
    error::SqliteError,
    from_cell::{Cell, FromCell},
};
use crate::db::{error::StoreError, statement};

/// The outcome of a statement.
pub(super) type Outcome = statement::Outcome<Row>;

/// The length of the texts and blobs of a task with a short description.
const TYPICAL_LENGTH: usize = 256;

/// A row: its cells, and one buffer that holds their texts and blobs.
#[derive(Debug)]
pub(crate) struct Row {
    cells: Vec<Slot>,
    bytes: Vec<u8>,
    /// Present if the statement was run for them.
    names: Option<Arc<[String]>>,
}

#[derive(Debug)]
enum Slot {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

impl Row {
    pub(super) fn read(
        row: &rusqlite::Row<'_>,
        columns: usize,
        names: Option<&Arc<[String]>>,
    ) -> Result<Self, SqliteError> {
        let bytes = Vec::with_capacity(TYPICAL_LENGTH);
        let mut read = Self { cells: Vec::with_capacity(columns), bytes, names: names.cloned() };
        for position in 0..columns {
            read.push(row.get_ref(position)?);
        }
        Ok(read)
    }

    fn push(&mut self, value: ValueRef<'_>) {
        let slot = match value {
            ValueRef::Null => Slot::Null,
            ValueRef::Integer(value) => Slot::Integer(value),
            ValueRef::Real(value) => Slot::Real(value),
            ValueRef::Text(text) => Slot::Text(self.store(text)),
            ValueRef::Blob(blob) => Slot::Blob(self.store(blob)),
        };
        self.cells.push(slot);
    }

    fn store(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// Returns the value at `position`, counted from zero.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if there is no such column or its value is not a `T`.
    pub(in crate::db) fn get<'r, T: FromCell<'r>>(&'r self, position: usize) -> Result<T, StoreError> {
        let cell = self.cell(position).ok_or_else(|| SqliteError::other(format!("no column {position}")))?;
        Ok(T::from_cell(cell).map_err(|error| SqliteError::other(format!("column {position}: {error}")))?)
    }

    /// Returns the cell at `position`, counted from zero.
    pub(in crate::db) fn cell(&self, position: usize) -> Option<Cell<'_>> {
        Some(match self.cells.get(position)? {
            Slot::Null => Cell::Null,
            Slot::Integer(value) => Cell::Integer(*value),
            Slot::Real(value) => Cell::Real(*value),
            Slot::Text(range) => Cell::Text(self.bytes.get(range.clone())?),
            Slot::Blob(range) => Cell::Blob(self.bytes.get(range.clone())?),
        })
    }

    /// Returns the names of the columns, in order, if the statement was run in a transaction.
    pub(in crate::db) fn columns(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }
}
