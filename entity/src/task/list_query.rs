//! What is asked of a list: which tasks, in which order, from where on.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{cursor::Cursor, model::Priority};

/// What a caller wants to see of their tasks.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Which tasks.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Where the last page ended.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u8,
}

/// Which tasks: those that match all that is said.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Filter {
    /// Done, or not.
    pub completed: Option<bool>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// Having all of these tags.
    pub tags: Vec<String>,
    /// Due before this instant.
    pub due_before: Option<DateTime<Utc>>,
    /// Due after this instant.
    pub due_after: Option<DateTime<Utc>>,
    /// Having each of these words in title or description, whatever the case.
    pub words: Vec<String>,
}

/// In which order; tasks that are equal by the key stand in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The greatest first.
    pub descending: bool,
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SortKey {
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// When it is due; tasks without a due date come last either way.
    DueAt,
    /// How much it matters.
    Priority,
    /// By code point.
    Title,
}
