//! The headers of responses that begin or end a session: cookies, and the token for clients that keep none.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, HeaderName, HeaderValue},
};
use entity::session::SessionToken;

use crate::auth::{Lifetime, SessionCookies};

/// The session token with its signature, for clients that keep no cookies.
const SET_AUTH_TOKEN: HeaderName = HeaderName::from_static("set-auth-token");

/// Adds the cookies of a session, and the header that bearer clients read.
pub(super) fn set_session(
    response: &mut HttpResponseBuilder,
    cookies: &SessionCookies,
    token: &SessionToken,
    lifetime: Lifetime,
    request: &HttpRequest,
) {
    for cookie in cookies.set(token.expose(), lifetime, request.headers()) {
        response.append_header((header::SET_COOKIE, cookie));
    }
    if let Ok(signed) = HeaderValue::from_str(&cookies.sign(token.expose())) {
        response.insert_header((SET_AUTH_TOKEN, signed));
    }
}

/// Returns a 200 that deletes the cookies.
pub(super) fn signed_out(cookies: &SessionCookies) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    for cookie in cookies.clear() {
        response.append_header((header::SET_COOKIE, cookie));
    }
    response
}
