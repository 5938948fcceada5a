//! The task id of a path, as an extractor.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use entity::TaskId;

use crate::http::problem::{Kind, Problem};

/// The task id of the path. A malformed id is a 404.
pub(crate) struct TaskIdPath(pub(super) TaskId);

impl FromRequest for TaskIdPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(TaskId::parse);
        ready(id.map(Self).ok_or_else(|| Problem::new(Kind::NotFound)))
    }
}
