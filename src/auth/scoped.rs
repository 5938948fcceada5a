//! The caller's share of what is stored, as an extractor: all that a handler gets to see of either.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use entity::{Db, OwnerScoped, UserId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::principal::Principal;
use crate::http::problem::{Kind, Problem};

/// What JavaScript's `encodeURIComponent` escapes.
const URI_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The caller's share of `T`. Where the path names a user, it must be the caller; anybody else is not there.
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
    let caller = extensions.get::<Principal>().ok_or_else(|| Problem::new(Kind::Unauthorized))?;
    if !path_user_matches(request, caller.user_id()) {
        return Err(Problem::new(Kind::NotFound));
    }
    let db = request.app_data::<Data<Db>>();
    let db = db.ok_or_else(|| Problem::new(Kind::Internal).because("no database is registered"))?;
    Ok(T::scoped_to(caller.owner(), db.get_ref().clone()))
}

/// The user in the path is compared as it was sent: as it is, or as `encodeURIComponent` writes it, and in no other way.
fn path_user_matches(request: &HttpRequest, caller: &UserId) -> bool {
    if !request.match_info().iter().any(|(name, _)| name == "user_id") {
        return true;
    }
    let place = request.match_pattern().and_then(|pattern| pattern.split('/').position(|part| part == "{user_id}"));
    let named = place.and_then(|place| request.uri().path().split('/').nth(place));
    let caller = caller.as_str();
    named.is_some_and(|named| named == caller || named == utf8_percent_encode(caller, URI_COMPONENT).to_string())
}
