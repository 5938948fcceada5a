//! The operations. A handler sees the caller's tasks, and neither a user nor a token nor a connection.

use actix_web::{
    HttpResponse, delete, get,
    http::header,
    patch, post, put,
    web::{Data, Json},
};
use entity::task::{TaskContent, Tasks, UpdateOutcome};

use super::{
    list_params::ListParams,
    request::{CompletionInput, TaskInput, TaskPatch},
    response::{Task, TaskPage},
    task_id_path::TaskIdPath,
};
use crate::{
    auth::Scoped,
    clock::Clock,
    http::{
        extract::{OptionalJson, ValidJson, ValidQuery},
        problem::{
            Kind, Problem,
            responses::{Internal, InvalidBody, InvalidQuery, NotAcceptable, NotFound, Unauthorized, Unavailable},
        },
    },
};

/// List tasks.
///
/// Page by page: `next_cursor` of one page is the `cursor` of the next.
#[utoipa::path(
    operation_id = "listTasks", tag = "tasks", security(("bearer" = [])), params(ListParams),
    responses(
        (status = 200, description = "One page of the caller's tasks.", body = TaskPage),
        Unauthorized, NotAcceptable, InvalidQuery, Internal, Unavailable
    )
)]
#[get("")]
pub(crate) async fn list(
    Scoped(tasks): Scoped<Tasks>,
    ValidQuery(params): ValidQuery<ListParams>,
) -> Result<Json<TaskPage>, Problem> {
    Ok(Json(tasks.list(&params.into()).await?.into()))
}

/// Create a task.
#[utoipa::path(
    operation_id = "createTask", tag = "tasks", security(("bearer" = [])), request_body = TaskInput,
    responses(
        (
            status = 201, description = "The task, as it is stored.", body = Task,
            headers(("Location" = String, description = "Where the task is."))
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
    let task = tasks.create(input.into(), clock.now()).await?;
    let location = format!("/api/tasks/{}", task.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(Task::from(task)))
}

/// Read a task.
#[utoipa::path(
    operation_id = "getTask", tag = "tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The task.", body = Task),
        Unauthorized, NotFound, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/{id}")]
pub(crate) async fn get(Scoped(tasks): Scoped<Tasks>, TaskIdPath(id): TaskIdPath) -> Result<Json<Task>, Problem> {
    let task = tasks.get(id).await?.ok_or_else(not_found)?;
    Ok(Json(task.into()))
}

/// Replace a task.
///
/// What the body leaves out gets its default, as on create.
#[utoipa::path(
    operation_id = "replaceTask", tag = "tasks", security(("bearer" = [])), request_body = TaskInput,
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The task, as it is stored now.", body = Task),
        Unauthorized, NotFound, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[put("/{id}")]
pub(crate) async fn replace(
    Scoped(tasks): Scoped<Tasks>,
    TaskIdPath(id): TaskIdPath,
    clock: Data<Clock>,
    ValidJson(input): ValidJson<TaskInput>,
) -> Result<Json<Task>, Problem> {
    let content = TaskContent::from(input);
    updated(tasks.update(id, content.into(), clock.now()).await?)
}

/// Change a task.
///
/// What the body leaves out stays as it is; `null` clears.
#[utoipa::path(
    operation_id = "updateTask", tag = "tasks", security(("bearer" = [])), request_body = TaskPatch,
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The task, as it is stored now.", body = Task),
        Unauthorized, NotFound, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[patch("/{id}")]
pub(crate) async fn update(
    Scoped(tasks): Scoped<Tasks>,
    TaskIdPath(id): TaskIdPath,
    clock: Data<Clock>,
    ValidJson(patch): ValidJson<TaskPatch>,
) -> Result<Json<Task>, Problem> {
    updated(tasks.update(id, patch.into(), clock.now()).await?)
}

/// Complete a task.
///
/// With a body it is done, or not done, as said, however often it is sent; without one it toggles.
#[utoipa::path(
    operation_id = "completeTask", tag = "tasks", security(("bearer" = [])), request_body = Option<CompletionInput>,
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 200, description = "The task, as it is stored now.", body = Task),
        Unauthorized, NotFound, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[patch("/{id}/complete")]
pub(crate) async fn complete(
    Scoped(tasks): Scoped<Tasks>,
    TaskIdPath(id): TaskIdPath,
    clock: Data<Clock>,
    OptionalJson(input): OptionalJson<CompletionInput>,
) -> Result<Json<Task>, Problem> {
    updated(tasks.complete(id, CompletionInput::or_toggle(input), clock.now()).await?)
}

/// Delete a task.
#[utoipa::path(
    operation_id = "deleteTask", tag = "tasks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The task's id.")),
    responses(
        (status = 204, description = "The task is gone."),
        Unauthorized, NotFound, Internal, Unavailable
    )
)]
#[delete("/{id}")]
pub(crate) async fn delete(Scoped(tasks): Scoped<Tasks>, TaskIdPath(id): TaskIdPath) -> Result<HttpResponse, Problem> {
    if tasks.delete(id).await? { Ok(HttpResponse::NoContent().finish()) } else { Err(not_found()) }
}

fn updated(outcome: UpdateOutcome<entity::task::Task>) -> Result<Json<Task>, Problem> {
    match outcome {
        UpdateOutcome::Updated(task) => Ok(Json(task.into())),
        UpdateOutcome::NotFound => Err(not_found()),
    }
}

fn not_found() -> Problem {
    Problem::new(Kind::NotFound)
}
