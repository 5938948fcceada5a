//! Creating and changing tasks.

use actix_web::{HttpResponse, patch, post, put, web::Data};
use entity::{
    TaskId,
    task::{TaskContent, Tasks, WriteContext},
};

use super::{
    conditional::{IfMatch, MustNotExist},
    idempotent::{IdempotencyTtl, run_idempotent},
    outcome::{created, created_with_id, updated},
    request::{CompletionInput, TaskInput, TaskPatch},
    response::Task,
    validation::invalid_client_id,
};
use crate::{
    auth::Scoped,
    clock::Clock,
    http::{
        extract::{IdPath, OptionalJson, RepeatableJson, RequestKey, ValidJson},
        problem::{
            Problem,
            responses::{
                Internal, InvalidBody, NotAcceptable, NotFound, PreconditionFailed, RequestInProgress, Unauthorized,
                Unavailable,
            },
        },
    },
};

/// Creates a task.
///
/// With an `Idempotency-Key`, the request can be repeated safely: the task is created once, and each repetition within
/// `IDEMPOTENCY_TTL` gets the answer of the first.
#[utoipa::path(
    operation_id = "createTask", tag = "tasks", security(("bearer" = [])), request_body = TaskInput,
    params(RequestKey),
    responses(
        (
            status = 201, description = "The created task.", body = Task,
            headers(
                ("Location" = String, description = "The path of the task."),
                ("ETag" = String, description = "The task's revision."),
                ("Idempotency-Replayed" = String, description = "`true` if this is the stored answer to an earlier request.")
            )
        ),
        Unauthorized, NotAcceptable, RequestInProgress, InvalidBody, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn create(
    Scoped(tasks): Scoped<Tasks>,
    clock: Data<Clock>,
    idempotency_ttl: Data<IdempotencyTtl>,
    RepeatableJson { value: input, key }: RepeatableJson<TaskInput>,
) -> Result<HttpResponse, Problem> {
    let (content, now) = (TaskContent::from(input), clock.now());
    let Some(key) = key else { return created(&tasks.create(content, now).await?) };
    let key = idempotency_ttl.key(key, "/api/tasks", now);
    run_idempotent(&tasks, &key, async |transaction| Ok(created(&transaction.create(content, now).await?))).await
}

/// Replaces a task.
///
/// Omitted members get their defaults, as on create. With `If-None-Match: *`, creates the task under an id that the client
/// made, so that a create can be repeated safely.
#[utoipa::path(
    operation_id = "replaceTask", tag = "tasks", security(("bearer" = [])), request_body = TaskInput,
    params(
        ("id" = Uuid, Path, description = "The task's id."),
        IfMatch,
        (
            "If-None-Match" = Option<String>, Header, pattern = r"^\*$",
            description = "`*` creates the task, unless the user has, or had, one with this id."
        )
    ),
    responses(
        (
            status = 200, description = "The updated task.", body = Task,
            headers(("ETag" = String, description = "The task's revision."))
        ),
        (
            status = 201, description = "The created task.", body = Task,
            headers(
                ("Location" = String, description = "The path of the task."),
                ("ETag" = String, description = "The task's revision.")
            )
        ),
        Unauthorized, NotFound, NotAcceptable, PreconditionFailed, InvalidBody, Internal, Unavailable
    )
)]
#[put("/{id}")]
pub(crate) async fn replace(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    IfMatch(precondition): IfMatch,
    must_not_exist: MustNotExist,
    clock: Data<Clock>,
    ValidJson(input): ValidJson<TaskInput>,
) -> Result<HttpResponse, Problem> {
    let (content, now) = (TaskContent::from(input), clock.now());
    if must_not_exist.evaluate()? {
        if let Some(invalid) = invalid_client_id(id) {
            return Err(Problem::invalid(vec![invalid]));
        }
        return created_with_id(tasks.create_with_id(id, content, now).await?);
    }
    updated(tasks.update(id, content.into(), &WriteContext { precondition, now }).await?)
}

/// Changes a task.
///
/// Omitted members keep their values; `null` clears a member.
#[utoipa::path(
    operation_id = "updateTask", tag = "tasks", security(("bearer" = [])), request_body = TaskPatch,
    params(
        ("id" = Uuid, Path, description = "The task's id."),
        IfMatch
    ),
    responses(
        (
            status = 200, description = "The updated task.", body = Task,
            headers(("ETag" = String, description = "The task's revision."))
        ),
        Unauthorized, NotFound, NotAcceptable, PreconditionFailed, InvalidBody, Internal, Unavailable
    )
)]
#[patch("/{id}")]
pub(crate) async fn update(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    IfMatch(precondition): IfMatch,
    clock: Data<Clock>,
    ValidJson(patch): ValidJson<TaskPatch>,
) -> Result<HttpResponse, Problem> {
    let context = WriteContext { precondition, now: clock.now() };
    updated(tasks.update(id, patch.into(), &context).await?)
}

/// Completes or reopens a task.
///
/// With a body, sets `completed` to the given value. Without a body, toggles it.
#[utoipa::path(
    operation_id = "completeTask", tag = "tasks", security(("bearer" = [])), request_body = Option<CompletionInput>,
    params(
        ("id" = Uuid, Path, description = "The task's id."),
        IfMatch
    ),
    responses(
        (
            status = 200, description = "The updated task.", body = Task,
            headers(("ETag" = String, description = "The task's revision."))
        ),
        Unauthorized, NotFound, NotAcceptable, PreconditionFailed, InvalidBody, Internal, Unavailable
    )
)]
#[patch("/{id}/complete")]
pub(crate) async fn complete(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    IfMatch(precondition): IfMatch,
    clock: Data<Clock>,
    OptionalJson(input): OptionalJson<CompletionInput>,
) -> Result<HttpResponse, Problem> {
    let context = WriteContext { precondition, now: clock.now() };
    updated(tasks.complete(id, CompletionInput::or_toggle(input), &context).await?)
}
