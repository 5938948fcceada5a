//! Deleting tasks: the trash, and what removes a task for good.

use actix_web::{HttpResponse, delete, post, web::Data};
use entity::{
    TaskId,
    task::{Tasks, WriteContext},
};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::{
    conditional::IfMatch,
    list_params::boolean,
    outcome::{deleted, updated},
    response::Task,
};
use crate::{
    auth::Scoped,
    clock::Clock,
    http::{
        extract::{IdPath, ValidQuery},
        problem::{
            Problem,
            responses::{
                Internal, InvalidQuery, NotAcceptable, NotFound, PreconditionFailed, Unauthorized, Unavailable,
            },
        },
    },
};

/// The query parameters of a deletion.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteParams {
    /// Removes the task for good (`true`), from the trash or not, in place of moving it to the trash.
    #[serde(default, deserialize_with = "boolean")]
    permanent: Option<bool>,
}

/// Deletes a task.
///
/// Moves it to the trash, from which it can be restored until `TRASH_RETENTION` has passed.
#[utoipa::path(
    operation_id = "deleteTask", tag = "tasks", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The task's id."),
        IfMatch,
        DeleteParams
    ),
    responses(
        (status = 204, description = "The task is deleted."),
        Unauthorized, NotFound, PreconditionFailed, InvalidQuery, Internal, Unavailable
    )
)]
#[delete("/{id}")]
pub(crate) async fn delete(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    ValidQuery(params): ValidQuery<DeleteParams>,
    IfMatch(precondition): IfMatch,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let context = WriteContext { precondition, now: clock.now() };
    deleted(if params.permanent == Some(true) {
        tasks.delete_permanently(id, &context).await?
    } else {
        tasks.delete(id, &context).await?
    })
}

/// Restores a task from the trash.
#[utoipa::path(
    operation_id = "restoreTask", tag = "tasks", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The task's id."),
        IfMatch
    ),
    responses(
        (
            status = 200, description = "The restored task.", body = Task,
            headers(("ETag" = String, description = "The task's revision."))
        ),
        Unauthorized, NotFound, NotAcceptable, PreconditionFailed, Internal, Unavailable
    )
)]
#[post("/{id}/restore")]
pub(crate) async fn restore(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    IfMatch(precondition): IfMatch,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    updated(tasks.restore(id, &WriteContext { precondition, now: clock.now() }).await?)
}
