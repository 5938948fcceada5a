//! The response body of a batch.

use entity::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{change_response::DeletedTask, response::Task},
    operation::Outcome,
};

/// The results of the operations, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchResults<'r> {
    results: Vec<BatchResult<'r>>,
}

/// The result of an operation: the task as it is stored now, or, of `delete`, its id.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum BatchResult<'r> {
    Task(Task<'r>),
    Deleted(DeletedTask),
}

impl<'r> TryFrom<&'r [Outcome]> for BatchResults<'r> {
    type Error = StoreError;

    fn try_from(outcomes: &'r [Outcome]) -> Result<Self, StoreError> {
        let result = |outcome: &'r Outcome| {
            Ok(match outcome {
                Outcome::Stored(stored) => BatchResult::Task(stored.try_into()?),
                Outcome::Deleted(deleted) => BatchResult::Deleted((*deleted).into()),
            })
        };
        Ok(Self { results: outcomes.iter().map(result).collect::<Result<_, StoreError>>()? })
    }
}
