//! A task as plain values: as it is stored, created and changed.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{TaskId, UserId};

/// A task as it is stored, borrowed from its [`StoredTask`](super::StoredTask).
#[derive(Debug, Clone, Copy)]
pub struct Task<'r> {
    /// The task's id.
    pub id: TaskId,
    /// The owner.
    pub user_id: &'r UserId,
    /// What is to be done.
    pub title: &'r str,
    /// More text about it.
    pub description: Option<&'r str>,
    /// When the task was completed; `None` while it is open.
    pub completed_at: Option<DateTime<Utc>>,
    /// The priority.
    pub priority: Priority,
    /// When the task is due.
    pub due_at: Option<DateTime<Utc>>,
    /// The tags as a JSON array of text, in the order of the client.
    pub tags: &'r RawValue,
    /// When the task was created.
    pub created_at: DateTime<Utc>,
    /// When the task was last changed.
    pub updated_at: DateTime<Utc>,
    /// The number of the last change of the task among the changes of its owner.
    pub revision: Revision,
    /// When the task was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// The number of a change among the changes of a user's tasks, in the order of their commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub i64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A priority, in ascending order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// No priority.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Priority {
    pub(super) fn rank(self) -> i16 {
        self as i16
    }

    pub(super) fn from_rank(rank: i16) -> Self {
        match rank {
            1 => Self::Low,
            2 => Self::Medium,
            3 => Self::High,
            _ => Self::None,
        }
    }
}

/// Everything that a client sets of a task, on create and on replace.
#[derive(Debug, Clone, Default)]
pub struct TaskContent {
    /// What is to be done.
    pub title: String,
    /// More text about it.
    pub description: Option<String>,
    /// Whether the task is completed.
    pub completed: bool,
    /// The priority.
    pub priority: Priority,
    /// When the task is due.
    pub due_at: Option<DateTime<Utc>>,
    /// The tags, in order.
    pub tags: Vec<String>,
}

/// A change of a task. `None` keeps a value, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskChange {
    /// The new title.
    pub title: Option<String>,
    /// The new description.
    pub description: Option<Option<String>>,
    /// Whether the task is completed.
    pub completed: Option<bool>,
    /// The new priority.
    pub priority: Option<Priority>,
    /// The new due date.
    pub due_at: Option<Option<DateTime<Utc>>>,
    /// The new tags, which replace the old ones.
    pub tags: Option<Vec<String>>,
}

impl From<TaskContent> for TaskChange {
    fn from(content: TaskContent) -> Self {
        let TaskContent { title, description, completed, priority, due_at, tags } = content;
        Self {
            title: Some(title),
            description: Some(description),
            completed: Some(completed),
            priority: Some(priority),
            due_at: Some(due_at),
            tags: Some(tags),
        }
    }
}

/// A change of a task's completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Completes the task, or opens it again.
    Set(bool),
    /// Completes an open task and opens a completed one.
    Toggle,
}

/// The outcome of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateOutcome<T> {
    /// The row as it is stored now.
    Updated(T),
    /// The owner has no such row.
    NotFound,
    /// The row has another revision than the caller requires.
    PreconditionFailed(Revision),
}

/// The outcome of a conditional create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateOutcome<T> {
    /// The row as it is stored now.
    Created(T),
    /// The owner has, or had, a row with that id; with its revision unless it is deleted.
    Exists(Option<Revision>),
}

/// The revision that a task must have to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Any revision.
    #[default]
    None,
    /// One of these revisions.
    OneOf(Vec<Revision>),
}

impl Precondition {
    pub(super) fn is_met_by(&self, revision: Revision) -> bool {
        match self {
            Self::None => true,
            Self::OneOf(revisions) => revisions.contains(&revision),
        }
    }
}

/// A task that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedTask {
    /// The task's id.
    pub id: TaskId,
    /// The revision of the deletion.
    pub revision: Revision,
}
