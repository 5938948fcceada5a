//! Tasks in the form in which the database returned them.

use super::{cursor::Cursor, list_query::ListQuery, model::Task, row};
use crate::{StoreError, UserId, db::Row};

/// A task in the form in which the database returned it. A response borrows from it, so that no text is copied.
pub struct StoredTask {
    row: Row,
    owner: UserId,
}

impl StoredTask {
    pub(super) fn new(row: Row, owner: UserId) -> Self {
        Self { row, owner }
    }

    /// Reads the task.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if a column has another type.
    pub fn task(&self) -> Result<Task<'_>, StoreError> {
        row::from_row(&self.row, &self.owner)
    }
}

/// One page of a list.
pub struct Page {
    rows: Vec<Row>,
    owner: UserId,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

impl Page {
    /// Makes a page of the rows of a list statement, which reads one row more than fits to see whether there is a next page.
    pub(super) fn new(mut rows: Vec<Row>, query: &ListQuery, owner: &UserId) -> Result<Self, StoreError> {
        let has_more = rows.len() > usize::from(query.limit);
        rows.truncate(query.limit.into());
        let last = rows.last().filter(|_| has_more).map(|row| row::from_row(row, owner)).transpose()?;
        let next = last.map(|last| Cursor::after(&last, &query.filter, query.sort, owner));
        Ok(Self { rows, owner: owner.clone(), next })
    }

    /// Reads the tasks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if a column has another type.
    #[must_use]
    pub fn tasks(&self) -> impl ExactSizeIterator<Item = Result<Task<'_>, StoreError>> {
        self.rows.iter().map(|row| row::from_row(row, &self.owner))
    }
}
