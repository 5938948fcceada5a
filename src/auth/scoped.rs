//! The extractor that gives a handler the authenticated user's rows and no others.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use entity::{Db, OwnerScoped, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::principal::Principal;
use crate::http::problem::{Kind, Problem};

/// The characters that JavaScript's `encodeURIComponent` escapes.
pub(crate) const URI_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The rows of `T` that belong to the authenticated user. If the path names a user, it must be the same one; any other
/// answers 404.
pub struct Scoped<T>(pub T);

impl<T: OwnerScoped + 'static> FromRequest for Scoped<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(scoped(request).map(Self))
    }
}

fn scoped<T: OwnerScoped>(request: &HttpRequest) -> Result<T, Problem> {
    let extensions = request.extensions();
    let principal = extensions.get::<Principal>().ok_or_else(|| Problem::new(Kind::Unauthorized))?;
    if !path_user_matches(request, principal.user_id()) {
        return Err(Problem::new(Kind::NotFound));
    }
    let db = request.app_data::<Data<Db>>();
    let db = db.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no database is registered"))?;
    Ok(T::scoped_to(principal.owner(), db.get_ref().clone()))
}

/// Returns whether the path names no user or the authenticated one. The raw path segment must be the id itself or its
/// `encodeURIComponent` form; no other encoding matches.
fn path_user_matches(request: &HttpRequest, user: &UserId) -> bool {
    if !request.match_info().iter().any(|(name, _)| name == "user_id") {
        return true;
    }
    let position = request.match_pattern().and_then(|pattern| pattern.split('/').position(|part| part == "{user_id}"));
    let segment = position.and_then(|position| request.uri().path().split('/').nth(position));
    let user = user.as_str();
    segment.is_some_and(|segment| segment == user || segment == utf8_percent_encode(user, URI_COMPONENT).to_string())
}
