//! The id of a path, as an extractor.

use std::{
    future::{Ready, ready},
    str::FromStr,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::http::problem::{Kind, Problem};

/// The `{id}` of the path. A malformed id is a 404.
pub(crate) struct IdPath<T>(pub(crate) T);

impl<T: FromStr> FromRequest for IdPath<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or_else(|| Problem::new(Kind::NotFound)))
    }
}
