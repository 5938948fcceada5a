//! The door as middleware: in front of every route that is somebody's.

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::Next,
    web::Data,
};
use actix_web_httpauth::extractors::bearer::BearerAuth;

use super::{authenticator::Authenticator, error::TokenError};
use crate::{
    http::problem::{Kind, Problem},
    jose::TokenFormatError,
    telemetry::SubjectFingerprint,
};

/// Judges the bearer token; the caller it proves goes with the request. For `HttpAuthentication::bearer`.
pub(crate) async fn validate_bearer(
    request: ServiceRequest,
    credentials: BearerAuth,
) -> Result<ServiceRequest, (Error, ServiceRequest)> {
    let Some(authenticator) = request.app_data::<Data<Authenticator>>().cloned() else {
        return Err((Problem::new(Kind::Internal).because("no authenticator is registered").into(), request));
    };
    match authenticator.authenticate(credentials.token()).await {
        Ok(caller) => {
            if SubjectFingerprint::is_logged() {
                request.extensions_mut().insert(SubjectFingerprint::new(caller.user_id().as_str()));
            }
            request.extensions_mut().insert(caller);
            Ok(request)
        }
        Err(reason) => Err((rejection(&reason).into(), request)),
    }
}

/// Sees to it that there is one credential at most, and spells its scheme as [`BearerAuth`] wants it: a scheme may be
/// in any case (RFC 9110 §11.1), a second `Authorization` field may not be (§5.3).
pub(crate) async fn normalize_authorization(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    if request.headers().get_all(header::AUTHORIZATION).nth(1).is_some() {
        return Ok(request.error_response(rejection(&TokenError::MultipleCredentials)).map_into_right_body());
    }
    match request.headers().get(header::AUTHORIZATION).map_or(Ok(None), canonical_scheme) {
        Err(reason) => return Ok(request.error_response(rejection(&reason)).map_into_right_body()),
        Ok(Some(spelt)) => drop(request.headers_mut().insert(header::AUTHORIZATION, spelt)),
        Ok(None) => {}
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// Another spelling of `Bearer`, spelt as usual; none where nothing is to be changed.
fn canonical_scheme(credential: &HeaderValue) -> Result<Option<HeaderValue>, TokenError> {
    const BEARER: &[u8] = b"Bearer ";
    match credential.as_bytes().split_at_checked(BEARER.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(BEARER) => {
            if !token.is_ascii() {
                return Err(TokenFormatError::NotAJwt("not a JWT: it has octets outside ASCII").into());
            }
            Ok(if scheme == BEARER { None } else { HeaderValue::from_bytes(&[BEARER, token].concat()).ok() })
        }
        _ => Ok(None),
    }
}

/// Whoever wanted to be let in and is not: with a password or a refresh token, say.
pub(crate) fn invalid_credentials(detail: &'static str) -> Problem {
    Problem::new(Kind::Unauthorized)
        .with_detail(detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// RFC 6750 §3.1. Where nobody can tell whether the token is good, its owner is not to be signed out.
fn rejection(reason: &TokenError) -> Problem {
    if let TokenError::KeySetUnavailable { retry_after: seconds, .. } = reason {
        return Problem::new(Kind::Unavailable)
            .with_detail("The keys that tokens are verified by are away; try again.")
            .with_header(header::RETRY_AFTER, HeaderValue::from(*seconds))
            .because(reason);
    }
    Problem::new(Kind::Unauthorized)
        .with_detail(reason.public_message())
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
        .because(reason)
}
