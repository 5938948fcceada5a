//! A page of a list.

use super::{cursor::Cursor, list_query::ListQuery, model::Task};
use crate::UserId;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The tasks.
    pub items: Vec<Task>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

impl Page {
    /// Makes a page of the rows of a list statement, which reads one row more than fits to see whether there is a next page.
    pub(super) fn from_rows(mut items: Vec<Task>, query: &ListQuery, owner: &UserId) -> Self {
        let has_more = items.len() > usize::from(query.limit);
        items.truncate(query.limit.into());
        let next = items.last().filter(|_| has_more).map(|last| Cursor::after(last, &query.filter, query.sort, owner));
        Self { items, next }
    }
}
