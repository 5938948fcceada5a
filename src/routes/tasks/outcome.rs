//! Responses to the outcomes of reads and writes of one task.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use entity::{
    StoreError,
    task::{CreateOutcome, DeletedTask, Revision, StoredTask, UpdateOutcome},
};

use super::{conditional::entity_tag, response::Task};
use crate::http::problem::{Kind, Problem};

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

/// Returns the problem of a task that has another revision than the request requires, with the one that it has.
fn precondition_failed(current: Revision) -> Problem {
    Problem::new(Kind::PreconditionFailed).with_header(header::ETAG, entity_tag(current))
}

/// Returns the problem of a task that was to be created under an id that is taken; with its revision, unless it is deleted.
fn task_exists(current: Option<Revision>) -> Problem {
    let problem = Problem::new(Kind::PreconditionFailed).with_detail("A task with this id exists, or existed.");
    match current {
        Some(revision) => problem.with_header(header::ETAG, entity_tag(revision)),
        None => problem,
    }
}

fn with_task(mut response: HttpResponseBuilder, stored: &StoredTask) -> Result<HttpResponse, StoreError> {
    let task = stored.task()?;
    Ok(response.insert_header((header::ETAG, entity_tag(task.revision))).json(Task::from(task)))
}
