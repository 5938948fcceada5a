//! A task in plain structs: as it is told, and as callers say it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{TaskId, UserId};

/// A task as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Whose it is.
    pub user_id: UserId,
    /// What is to be done.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// When it was completed; none while it is open.
    pub completed_at: Option<DateTime<Utc>>,
    /// How much it matters.
    pub priority: Priority,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// Its tags, in the order given.
    pub tags: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// How much a task matters, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Nothing was said.
    #[default]
    None,
    /// It can wait.
    Low,
    /// As most things.
    Medium,
    /// Before others.
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

/// All that a caller says of a task: to create one, or to replace what was said before.
#[derive(Debug, Clone, Default)]
pub struct TaskContent {
    /// What is to be done.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// Whether it is done.
    pub completed: bool,
    /// How much it matters.
    pub priority: Priority,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// Its tags, in order.
    pub tags: Vec<String>,
}

/// A change: what is `None` stays, what is `Some(None)` is cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskChange {
    /// A new title.
    pub title: Option<String>,
    /// A new description, or none any more.
    pub description: Option<Option<String>>,
    /// Whether it is done.
    pub completed: Option<bool>,
    /// A new priority.
    pub priority: Option<Priority>,
    /// A new due date, or none any more.
    pub due_at: Option<Option<DateTime<Utc>>>,
    /// New tags in place of the old.
    pub tags: Option<Vec<String>>,
}

impl From<TaskContent> for TaskChange {
    fn from(content: TaskContent) -> Self {
        Self {
            title: Some(content.title),
            description: Some(content.description),
            completed: Some(content.completed),
            priority: Some(content.priority),
            due_at: Some(content.due_at),
            tags: Some(content.tags),
        }
    }
}

/// What is to become of a task's completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Done or not, as said.
    Set(bool),
    /// The other of what it is.
    Toggle,
}
