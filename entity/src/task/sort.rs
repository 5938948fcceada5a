//! Filter and sort order of a list.

use std::ops::Not;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::model::Priority;

/// Which tasks a list has. A task must meet every condition that is set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Filter {
    /// Whether the task is completed.
    pub completed: Option<bool>,
    /// The priority.
    pub priority: Option<Priority>,
    /// Tags that the task must have, all of them.
    pub tags: Vec<String>,
    /// The task is due before this instant.
    pub due_before: Option<DateTime<Utc>>,
    /// The task is due after this instant.
    pub due_after: Option<DateTime<Utc>>,
    /// Whether to list the trash, in place of the tasks that are not deleted.
    #[serde(skip_serializing_if = "Not::not")]
    pub deleted: bool,
    /// Words that the title or the description must contain, all of them, in any case.
    pub words: Vec<String>,
}

impl Filter {
    /// Returns whether a list may read many tasks to find a few, which takes long.
    pub(super) fn may_be_slow(&self) -> bool {
        let Self { completed: _, priority, tags, due_before, due_after, deleted, words } = self;
        *deleted
            || !words.is_empty()
            || !tags.is_empty()
            || priority.is_some()
            || due_before.is_some()
            || due_after.is_some()
    }

    /// Returns whether the list is a search.
    pub(super) fn is_search(&self) -> bool {
        !self.words.is_empty()
    }
}

/// A sort order. Tasks with equal keys are sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Sort {
    /// The key.
    pub key: SortKey,
    /// Whether the greatest key comes first.
    pub descending: bool,
}

/// The key of a sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum SortKey {
    /// When the task was created.
    CreatedAt,
    /// When the task was last changed.
    UpdatedAt,
    /// When the task is due. Tasks without a due date come last in both directions.
    DueAt,
    /// The priority.
    Priority,
    /// The title, by code point.
    Title,
}
