//! Responses to the outcomes of reads and writes of one task.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use entity::{
    StoreError,
    task::{CreateOutcome, DeletedTask, StoredTask, UpdateOutcome},
};

use super::response::Task;
use crate::http::{
    extract::{entity_tag, precondition_failed, task_exists},
    problem::{Kind, Problem},
};

pub(super) fn ok(task: &StoredTask) -> Result<HttpResponse, Problem> {
    Ok(with_task(HttpResponse::Ok(), task)?)
}

pub(super) fn created(stored: &StoredTask) -> Result<HttpResponse, Problem> {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/tasks/{}", stored.task()?.id)));
    Ok(with_task(response, stored)?)
}

pub(super) fn created_with_id(outcome: CreateOutcome<StoredTask>) -> Result<HttpResponse, Problem> {
    match outcome {
        CreateOutcome::Created(task) => created(&task),
        CreateOutcome::Exists(revision) => Err(task_exists(revision)),
    }
}

pub(super) fn updated(outcome: UpdateOutcome<StoredTask>) -> Result<HttpResponse, Problem> {
    ok(&found(outcome)?)
}

pub(super) fn deleted(outcome: UpdateOutcome<DeletedTask>) -> Result<HttpResponse, Problem> {
    found(outcome).map(|_deleted| HttpResponse::NoContent().finish())
}

pub(super) fn not_found() -> Problem {
    Problem::new(Kind::NotFound)
}

fn found<T>(outcome: UpdateOutcome<T>) -> Result<T, Problem> {
    match outcome {
        UpdateOutcome::Updated(value) => Ok(value),
        UpdateOutcome::NotFound => Err(not_found()),
        UpdateOutcome::PreconditionFailed(revision) => Err(precondition_failed(revision)),
    }
}

fn with_task(mut response: HttpResponseBuilder, stored: &StoredTask) -> Result<HttpResponse, StoreError> {
    let task = stored.task()?;
    Ok(response.insert_header((header::ETAG, entity_tag(task.revision))).json(Task::from(task)))
}
