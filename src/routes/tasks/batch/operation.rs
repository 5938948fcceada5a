//! An operation of a batch: what it does, and why it may fail.

use chrono::{DateTime, Utc};
use entity::{
    StoreError, TaskId,
    task::{
        Completion, CreateOutcome, DeletedTask, Precondition, Revision, StoredTask, TaskChange, TaskContent,
        TaskTransaction, UpdateOutcome, WriteContext,
    },
};

use crate::http::problem::{InvalidField, Kind, Problem};

/// An operation of a batch.
#[derive(Debug)]
pub(super) enum Operation {
    Create { id: Option<TaskId>, content: TaskContent },
    Change { id: TaskId, if_match: Option<Revision>, action: Action },
}

/// What an operation does with a task that exists.
#[derive(Debug)]
pub(super) enum Action {
    Update(TaskChange),
    Complete(Completion),
    Delete,
    Restore,
}

/// What an operation has done.
pub(super) enum Outcome {
    Stored(StoredTask),
    Deleted(DeletedTask),
}

/// Why an operation has no outcome.
#[derive(Debug, Clone, Copy)]
pub(super) enum Failure {
    NotFound,
    Exists,
    PreconditionFailed,
}

impl Operation {
    pub(super) async fn run(
        self,
        transaction: &TaskTransaction<'_>,
        now: DateTime<Utc>,
    ) -> Result<Result<Outcome, Failure>, StoreError> {
        match self {
            Self::Create { id: None, content } => Ok(Ok(Outcome::Stored(transaction.create(content, now).await?))),
            Self::Create { id: Some(id), content } => Ok(match transaction.create_with_id(id, content, now).await? {
                CreateOutcome::Created(task) => Ok(Outcome::Stored(task)),
                CreateOutcome::Exists(_) => Err(Failure::Exists),
            }),
            Self::Change { id, if_match, action } => {
                let precondition = if_match.map_or(Precondition::None, |revision| Precondition::OneOf(vec![revision]));
                action.run(id, &WriteContext { precondition, now }, transaction).await
            }
        }
    }
}

impl Action {
    async fn run(
        self,
        id: TaskId,
        context: &WriteContext,
        transaction: &TaskTransaction<'_>,
    ) -> Result<Result<Outcome, Failure>, StoreError> {
        let stored = match self {
            Self::Update(change) => transaction.update(id, change, context).await?,
            Self::Complete(completion) => transaction.complete(id, completion, context).await?,
            Self::Restore => transaction.restore(id, context).await?,
            Self::Delete => return Ok(found(transaction.delete(id, context).await?).map(Outcome::Deleted)),
        };
        Ok(found(stored).map(Outcome::Stored))
    }
}

impl Failure {
    /// Returns the problem of the operation at `index`. It has no `ETag`, which would be that of one task among several.
    pub(super) fn into_problem(self, index: usize) -> Problem {
        let (kind, member, detail) = match self {
            Self::NotFound => (Kind::NotFound, "id", "must be the id of a task"),
            Self::Exists => (Kind::PreconditionFailed, "id", "must be the id of no task"),
            Self::PreconditionFailed => (Kind::PreconditionFailed, "if_match", "must be the revision of the task"),
        };
        let error = InvalidField::new(format!("/operations/{index}/{member}"), detail);
        Problem::new(kind).with_detail("An operation of the batch failed; see errors.").with_errors(vec![error])
    }
}

fn found<T>(outcome: UpdateOutcome<T>) -> Result<T, Failure> {
    match outcome {
        UpdateOutcome::Updated(value) => Ok(value),
        UpdateOutcome::NotFound => Err(Failure::NotFound),
        UpdateOutcome::PreconditionFailed(_) => Err(Failure::PreconditionFailed),
    }
}
