//! The operations on tasks. A handler has access to the user's tasks only, not to a user id, a token or a connection.

use actix_web::{HttpResponse, delete, get, http::header, patch, post, put, web::Data};
use entity::{
    TaskId,
    task::{StoredTask, TaskContent, Tasks, UpdateOutcome},
};

use super::{
    list_params::ListParams,
    request::{CompletionInput, TaskInput, TaskPatch},
    response::{Task, TaskPage},
};
use crate::{
    auth::Scoped,
    clock::Clock,
    http::{
        extract::{IdPath, OptionalJson, ValidJson, ValidQuery},
        problem::{
            Kind, Problem,
            responses::{Internal, InvalidBody, InvalidQuery, NotAcceptable, NotFound, Unauthorized, Unavailable},
        },
    },
};

/// Lists the user's tasks.
///
/// Returns one page. Pass its `next_cursor` as `cursor` to get the next page.
#[utoipa::path(
    operation_id = "listTasks", tag = "tasks", security(("bearer" = [])), params(ListParams),
    responses(
        (status = 200, description = "One page of the user's tasks.", body = TaskPage),
        Unauthorized, NotAcceptable, InvalidQuery, Internal, Unavailable
    )
)]
#[get("")]
pub(crate) async fn list(
    Scoped(tasks): Scoped<Tasks>,
    ValidQuery(params): ValidQuery<ListParams>,
) -> Result<HttpResponse, Problem> {
    let page = tasks.list(&params.into()).await?;
    Ok(HttpResponse::Ok().json(TaskPage::try_from(&page)?))
}

/// Creates a task.
#[utoipa::path(
    operation_id = "createTask", tag = "tasks", security(("bearer" = [])), request_body = TaskInput,
    responses(
        (
            status = 201, description = "The created task.", body = Task,
            headers(("Location" = String, description = "The path of the task."))
        ),
        Unauthorized, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn create(
    Scoped(tasks): Scoped<Tasks>,
    clock: Data<Clock>,
    ValidJson(input): ValidJson<TaskInput>,
) -> Result<HttpResponse, Problem> {
    let stored = tasks.create(input.into(), clock.now()).await?;
    let task = stored.task()?;
    let location = format!("/api/tasks/{}", task.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(Task::from(task)))
}

/// Returns a task.
#[utoipa::path(
    operation_id = "getTask", tag = "tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The task.", body = Task),
        Unauthorized, NotFound, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/{id}")]
pub(crate) async fn get(Scoped(tasks): Scoped<Tasks>, IdPath(id): IdPath<TaskId>) -> Result<HttpResponse, Problem> {
    ok(&tasks.get(id).await?.ok_or_else(not_found)?)
}

/// Replaces a task.
///
/// Omitted members get their defaults, as on create.
#[utoipa::path(
    operation_id = "replaceTask", tag = "tasks", security(("bearer" = [])), request_body = TaskInput,
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The updated task.", body = Task),
        Unauthorized, NotFound, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[put("/{id}")]
pub(crate) async fn replace(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    clock: Data<Clock>,
    ValidJson(input): ValidJson<TaskInput>,
) -> Result<HttpResponse, Problem> {
    let content = TaskContent::from(input);
    updated(tasks.update(id, content.into(), clock.now()).await?)
}

/// Changes a task.
///
/// Omitted members keep their values; `null` clears a member.
#[utoipa::path(
    operation_id = "updateTask", tag = "tasks", security(("bearer" = [])), request_body = TaskPatch,
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The updated task.", body = Task),
        Unauthorized, NotFound, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[patch("/{id}")]
pub(crate) async fn update(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    clock: Data<Clock>,
    ValidJson(patch): ValidJson<TaskPatch>,
) -> Result<HttpResponse, Problem> {
    updated(tasks.update(id, patch.into(), clock.now()).await?)
}

/// Completes or reopens a task.
///
/// With a body, sets `completed` to the given value. Without a body, toggles it.
#[utoipa::path(
    operation_id = "completeTask", tag = "tasks", security(("bearer" = [])), request_body = Option<CompletionInput>,
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The updated task.", body = Task),
        Unauthorized, NotFound, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[patch("/{id}/complete")]
pub(crate) async fn complete(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    clock: Data<Clock>,
    OptionalJson(input): OptionalJson<CompletionInput>,
) -> Result<HttpResponse, Problem> {
    updated(tasks.complete(id, CompletionInput::or_toggle(input), clock.now()).await?)
}

/// Deletes a task.
#[utoipa::path(
    operation_id = "deleteTask", tag = "tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 204, description = "The task is deleted."),
        Unauthorized, NotFound, Internal, Unavailable
    )
)]
#[delete("/{id}")]
pub(crate) async fn delete(Scoped(tasks): Scoped<Tasks>, IdPath(id): IdPath<TaskId>) -> Result<HttpResponse, Problem> {
    if tasks.delete(id).await? { Ok(HttpResponse::NoContent().finish()) } else { Err(not_found()) }
}

fn updated(outcome: UpdateOutcome<StoredTask>) -> Result<HttpResponse, Problem> {
    match outcome {
        UpdateOutcome::Updated(task) => ok(&task),
        UpdateOutcome::NotFound => Err(not_found()),
    }
}

fn ok(task: &StoredTask) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(Task::try_from(task)?))
}

fn not_found() -> Problem {
    Problem::new(Kind::NotFound)
}
