//! Several changes of tasks in one request: all take effect, or none.

mod limit;
mod operation;
mod request;
mod response;
mod schema;

use actix_web::{HttpResponse, post, web::Data};
use chrono::{DateTime, Utc};
use entity::{
    StoreError,
    task::{TaskTransaction, Tasks},
};

pub(crate) use self::limit::BatchLimit;
use self::{operation::Operation, request::BatchInput, response::BatchResults};
use super::idempotent::{IdempotencyTtl, run_idempotent};
use crate::{
    auth::Scoped,
    clock::Clock,
    http::{
        extract::{RepeatableJson, RequestKey},
        problem::{
            Problem,
            responses::{
                Internal, InvalidBody, NotAcceptable, NotFound, PreconditionFailed, RequestInProgress, Unauthorized,
                Unavailable,
            },
        },
    },
};

const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Runs several operations on tasks.
///
/// The operations run in order, in one transaction: all take effect, or none. The first one that fails determines the
/// response, and `errors` points to it. With an `Idempotency-Key`, the request can be repeated safely. The body may have 1 MiB.
#[utoipa::path(
    operation_id = "batchTasks", tag = "tasks", security(("bearer" = [])), request_body = BatchInput,
    params(RequestKey),
    responses(
        (
            status = 200, description = "The results, in the order of the operations.", body = BatchResults,
            headers(
                ("Idempotency-Replayed" = String, description = "`true` if this is the stored answer to an earlier request.")
            )
        ),
        Unauthorized, NotFound, NotAcceptable, RequestInProgress, PreconditionFailed, InvalidBody, Internal, Unavailable
    )
)]
#[post("/batch")]
pub(crate) async fn batch(
    Scoped(tasks): Scoped<Tasks>,
    clock: Data<Clock>,
    idempotency_ttl: Data<IdempotencyTtl>,
    limit: Data<BatchLimit>,
    RepeatableJson { value: input, key }: RepeatableJson<BatchInput, MAX_BODY_BYTES>,
) -> Result<HttpResponse, Problem> {
    let (operations, now) = (input.operations()?, clock.now());
    let work = async |transaction: &TaskTransaction<'_>| run(operations, transaction, now).await;
    let _permit = limit.acquire().await?;
    match key {
        Some(key) => run_idempotent(&tasks, &idempotency_ttl.key(key, "/api/tasks/batch", now), work).await,
        None => tasks.transaction(work).await?,
    }
}

/// Runs the operations up to the first that fails.
async fn run(
    operations: Vec<Operation>,
    transaction: &TaskTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<Result<HttpResponse, Problem>, StoreError> {
    transaction.lock().await?;
    let mut outcomes = Vec::with_capacity(operations.len());
    for (index, operation) in operations.into_iter().enumerate() {
        match operation.run(transaction, now).await? {
            Ok(outcome) => outcomes.push(outcome),
            Err(failure) => return Ok(Err(failure.into_problem(index))),
        }
    }
    Ok(Ok(HttpResponse::Ok().json(BatchResults::try_from(outcomes.as_slice())?)))
}
