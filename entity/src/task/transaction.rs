//! Several writes of tasks in one transaction.

use chrono::{DateTime, Utc};

use super::{
    Tasks,
    idempotency::{Claim, IdempotencyKey, StoredResponse},
    model::{Completion, CreateOutcome, DeletedTask, TaskChange, TaskContent, UpdateOutcome},
    stored::StoredTask,
    write::WriteContext,
};
use crate::{StoreError, TaskId, db::Transaction};

/// One owner's tasks, in a transaction.
pub struct TaskTransaction<'t> {
    tasks: &'t Tasks,
    transaction: &'t Transaction,
}

impl Tasks {
    /// Runs `work` in a transaction: commits it if `work` succeeds, rolls it back if it rejects the request or fails.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn transaction<T, E>(
        &self,
        work: impl AsyncFnOnce(&TaskTransaction<'_>) -> Result<Result<T, E>, StoreError>,
    ) -> Result<Result<T, E>, StoreError> {
        let run = async |transaction: &Transaction| work(&TaskTransaction { tasks: self, transaction }).await;
        self.db.transaction_unless(run).await
    }
}

/// Each method returns [`StoreError::Unavailable`] if the database cannot be reached in time, and [`StoreError::Unexpected`]
/// otherwise.
#[expect(clippy::missing_errors_doc, reason = "documented on the impl block")]
impl TaskTransaction<'_> {
    /// Lets no other transaction write tasks of the owner until this one ends. All writers take this lock first, so that they
    /// cannot deadlock, whichever tasks they write in whichever order.
    pub async fn lock(&self) -> Result<(), StoreError> {
        self.tasks.counter.lock(self.transaction).await
    }

    /// Claims a key, unless it has been used. Waits for a short time if another transaction has claimed it.
    pub async fn claim(&self, key: &IdempotencyKey) -> Result<Claim, StoreError> {
        self.tasks.idempotency_keys.claim(self.transaction, key).await
    }

    /// Stores the response to a request whose key the transaction has claimed.
    pub async fn store_response(&self, key: &IdempotencyKey, response: &StoredResponse) -> Result<(), StoreError> {
        self.tasks.idempotency_keys.store(self.transaction, &key.key, response).await
    }

    /// Creates a task: see [`Tasks::create`].
    pub async fn create(&self, content: TaskContent, now: DateTime<Utc>) -> Result<StoredTask, StoreError> {
        self.tasks.create_on(self.transaction, content, now).await
    }

    /// Creates a task under an id that the client made: see [`Tasks::create_with_id`].
    pub async fn create_with_id(
        &self,
        id: TaskId,
        content: TaskContent,
        now: DateTime<Utc>,
    ) -> Result<CreateOutcome<StoredTask>, StoreError> {
        self.tasks.create_with_id_on(self.transaction, id, content, now).await
    }

    /// Changes a task: see [`Tasks::update`].
    pub async fn update(
        &self,
        id: TaskId,
        change: TaskChange,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.tasks.update_on(self.transaction, id, change, context).await
    }

    /// Completes a task or opens it again: see [`Tasks::complete`].
    pub async fn complete(
        &self,
        id: TaskId,
        completion: Completion,
        context: &WriteContext,
    ) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.tasks.complete_on(self.transaction, id, completion, context).await
    }

    /// Moves a task to the trash: see [`Tasks::delete`].
    pub async fn delete(&self, id: TaskId, context: &WriteContext) -> Result<UpdateOutcome<DeletedTask>, StoreError> {
        self.tasks.delete_on(self.transaction, id, context).await
    }

    /// Brings a task back from the trash: see [`Tasks::restore`].
    pub async fn restore(&self, id: TaskId, context: &WriteContext) -> Result<UpdateOutcome<StoredTask>, StoreError> {
        self.tasks.restore_on(self.transaction, id, context).await
    }
}
