//! Rejects requests of other sites' pages (CSRF), as Better Auth does.

use actix_web::{
    Error, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web::Data,
};

use super::error::BetterAuthError;
use crate::http::{
    TrustedOrigins,
    problem::{Kind, Problem},
    trusted_origins::{UntrustedOrigin, header_text, source},
};

/// Headers that browsers add to every request (Fetch Metadata).
const FETCH_METADATA: [&str; 3] = ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

/// Requires a trusted origin of every POST with a cookie, and of a browser's sign-in and sign-up without one.
pub(in crate::routes) async fn check_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    if request.method() == Method::POST
        && let Err(problem) = check(request.request())
    {
        return Ok(request.error_response(problem).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

fn check(request: &HttpRequest) -> Result<(), Problem> {
    let origins = request.app_data::<Data<TrustedOrigins>>();
    let origins = origins.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no origins are registered"))?;
    let headers = request.headers();
    if headers.contains_key(header::COOKIE) {
        return require_trusted(origins, request);
    }
    let path = request.path();
    if !(path.ends_with("/sign-in/email") || path.ends_with("/sign-up/email")) {
        return Ok(());
    }
    if header_text(headers, "sec-fetch-site") == Some("cross-site")
        && header_text(headers, "sec-fetch-mode") == Some("navigate")
    {
        return Err(BetterAuthError::CrossSiteNavigation.into());
    }
    let is_browser =
        FETCH_METADATA.iter().any(|name| header_text(headers, name).is_some_and(|value| !value.trim().is_empty()));
    if is_browser || source(headers).is_some() { require_trusted(origins, request) } else { Ok(()) }
}

fn require_trusted(origins: &TrustedOrigins, request: &HttpRequest) -> Result<(), Problem> {
    origins.check_origin(request).map_err(|error| match error {
        UntrustedOrigin::Missing => BetterAuthError::MissingOrNullOrigin.into(),
        UntrustedOrigin::Unknown => BetterAuthError::InvalidOrigin.into(),
    })
}
