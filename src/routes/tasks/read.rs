//! Reading tasks. A handler has access to the user's tasks only, not to a user id, a token or a connection.

use actix_web::{HttpResponse, get, http::header};
use entity::{TaskId, task::Tasks};

use super::{
    conditional::{IfNoneMatch, entity_tag},
    list_params::ListParams,
    outcome::{not_found, ok},
    response::{Task, TaskPage},
};
use crate::{
    auth::Scoped,
    http::{
        extract::{IdPath, ValidQuery},
        problem::{
            Problem,
            responses::{Internal, InvalidQuery, NotAcceptable, NotFound, Unauthorized, Unavailable},
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
    TaskPage::try_from(&tasks.list(&params.into()).await?)?.into_response()
}

/// Returns a task.
#[utoipa::path(
    operation_id = "getTask", tag = "tasks", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The task's id."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the representation that the client has.")
    ),
    responses(
        (
            status = 200, description = "The task.", body = Task,
            headers(("ETag" = String, description = "The task's revision."))
        ),
        (
            status = 304, description = "The client has the current representation.",
            headers(("ETag" = String, description = "The task's revision."))
        ),
        Unauthorized, NotFound, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/{id}")]
pub(crate) async fn get(
    Scoped(tasks): Scoped<Tasks>,
    IdPath(id): IdPath<TaskId>,
    if_none_match: IfNoneMatch,
) -> Result<HttpResponse, Problem> {
    let stored = tasks.get(id).await?.ok_or_else(not_found)?;
    let revision = stored.task()?.revision;
    if if_none_match.matches(revision) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, entity_tag(revision))).finish());
    }
    ok(&stored)
}
