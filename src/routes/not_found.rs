//! Requests that no route matches: 307 for a trailing slash, 405 for another method (RFC 9110 §15.5.6), otherwise 404.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Data,
};

use crate::http::{
    operations::Operations,
    problem::{Kind, Problem},
};

/// Handles every request that no route matches.
pub(super) async fn not_found(request: HttpRequest, operations: Data<Operations>) -> Result<HttpResponse, Problem> {
    if let Some(redirect) = redirect_trailing_slash(&request, &operations) {
        return Ok(redirect);
    }
    let allow = operations.allow(request.path()).and_then(|allow| HeaderValue::from_str(allow).ok());
    Err(match allow {
        Some(allow) => Problem::new(Kind::MethodNotAllowed).with_header(header::ALLOW, allow),
        None => Problem::new(Kind::NotFound),
    })
}

/// Redirects `/api/tasks/` to `/api/tasks`, which clients of other frameworks expect. 307 keeps the method and the body.
fn redirect_trailing_slash(request: &HttpRequest, operations: &Operations) -> Option<HttpResponse> {
    let path = request.path().strip_suffix('/')?;
    operations.allow(path)?;
    let location = match request.query_string() {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    };
    Some(HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, location)).finish())
}

/// Handles every other request to the read-only pages.
pub(super) async fn get_only() -> Result<HttpResponse, Problem> {
    Err(Problem::new(Kind::MethodNotAllowed).with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD")))
}
