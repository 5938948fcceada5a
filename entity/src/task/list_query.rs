//! A query for a list.

use super::{
    cursor::Cursor,
    sort::{Filter, Sort},
};

/// A query for one page of a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which tasks.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Where the previous page ended.
    pub after: Option<Cursor>,
    /// The maximum number of tasks in the page.
    pub limit: u8,
}
