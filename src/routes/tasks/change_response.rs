//! Response bodies of changes.

use entity::{StoreError, task};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::response::Task;

/// The last change of a task.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = TaskChange)]
pub(crate) enum Change<'r> {
    Changed(ChangedTask<'r>),
    Deleted(DeletedTask),
}

/// A task that was created, changed or restored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedTask<'r> {
    /// The task as it is now.
    task: Task<'r>,
}

/// A task that was moved to the trash or removed for good.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletedTask {
    /// What is left of the task.
    deleted: Tombstone,
}

/// The id and the revision of a deleted task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tombstone {
    /// The task's id.
    #[schema(example = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e")]
    id: Uuid,
    /// The revision of the deletion.
    #[schema(minimum = 0, example = 8)]
    revision: i64,
}

/// One page of changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaskChangePage)]
pub(crate) struct ChangePage<'r> {
    /// The changes of the page, in the order of their revisions.
    items: Vec<Change<'r>>,
    /// The `since` of the next page, and of later changes after the last page.
    #[schema(example = "3q2-7wAAAAAAAAAAAAAABwAAAAAAAAAA")]
    next: String,
    /// Whether another page follows.
    has_more: bool,
}

/// Returns a change as the data of an event.
pub(crate) fn encode_change(change: task::Change<'_>) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Change::from(change))
}

impl<'r> From<task::Change<'r>> for Change<'r> {
    fn from(change: task::Change<'r>) -> Self {
        match change {
            task::Change::Task(task) => Self::Changed(ChangedTask { task: task.into() }),
            task::Change::Deleted(deleted) => Self::Deleted(deleted.into()),
        }
    }
}

impl From<task::DeletedTask> for DeletedTask {
    fn from(task::DeletedTask { id, revision }: task::DeletedTask) -> Self {
        Self { deleted: Tombstone { id: id.into(), revision: revision.0 } }
    }
}

impl<'r> TryFrom<&'r task::ChangePage> for ChangePage<'r> {
    type Error = StoreError;

    fn try_from(page: &'r task::ChangePage) -> Result<Self, StoreError> {
        let items = page.changes()?.into_iter().map(Change::from).collect();
        Ok(Self { items, next: page.next.to_string(), has_more: page.has_more })
    }
}
