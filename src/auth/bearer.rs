//! Bearer authentication of requests (RFC 6750).

use super::error::TokenError;
use crate::{
    http::problem::{Kind, Problem},
    jose::TokenFormatError,
};
use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::Next,
};

/// Rejects a second `Authorization` field (RFC 9110 §5.3) and rewrites the scheme, which may be in any case (§11.1), to the
/// one spelling that `BearerAuth` accepts.
pub(crate) async fn normalize_authorization(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    if request.headers().get_all(header::AUTHORIZATION).nth(1).is_some() {
        return Ok(request.error_response(rejection(&TokenError::MultipleCredentials)).map_into_right_body());
    }
    match request.headers().get(header::AUTHORIZATION).map_or(Ok(None), canonical_scheme) {
        Err(error) => return Ok(request.error_response(rejection(&error)).map_into_right_body()),
        Ok(Some(rewritten)) => drop(request.headers_mut().insert(header::AUTHORIZATION, rewritten)),
        Ok(None) => {}
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// Returns the credential with its scheme rewritten to `Bearer`; `None` if it needs no change.
fn canonical_scheme(credential: &HeaderValue) -> Result<Option<HeaderValue>, TokenError> {
    const BEARER: &[u8] = b"Bearer ";
    match credential.as_bytes().split_at_checked(BEARER.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(BEARER) => {
            if !token.is_ascii() {
                return Err(TokenError::Format { error: TokenFormatError::NotAscii, hint: None });
            }
            Ok(if scheme == BEARER { None } else { HeaderValue::from_bytes(&[BEARER, token].concat()).ok() })
        }
        _ => Ok(None),
    }
}

/// Returns the problem for a wrong password or refresh token.
pub(crate) fn invalid_credentials(detail: &'static str) -> Problem {
    Problem::new(Kind::Unauthorized)
        .with_detail(detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// Returns the problem for a request of Better Auth's client without a session.
pub(in crate::auth) fn session_required() -> Problem {
    invalid_credentials("Unauthorized").with_code("UNAUTHORIZED")
}

/// Returns the problem for a token that has expired, for an operation that allows no leeway.
pub(crate) fn expired_token() -> Problem {
    rejection(&TokenError::Expired(0))
}

/// Returns the problem for a rejected token (RFC 6750 §3.1). An unavailable key set is answered with 503: a client would
/// sign its user out after a 401.
pub(in crate::auth) fn rejection(error: &TokenError) -> Problem {
    if let TokenError::KeySetUnavailable { retry_after, .. } = error {
        return Problem::new(Kind::Unavailable)
            .with_detail("The keys that verify tokens cannot be fetched at the moment; try again.")
            .with_header(header::RETRY_AFTER, HeaderValue::from(*retry_after))
            .with_cause(error);
    }
    Problem::new(Kind::Unauthorized)
        .with_detail(error.public_message())
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))
        .with_cause(error)
}
