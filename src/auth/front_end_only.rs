//! Keeps OAuth clients from managing the user's account.

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::Next,
};

use super::principal::Principal;
use crate::http::problem::{Kind, Problem};

/// Rejects a request with an access token of an OAuth client, whatever its scopes. Wrap an operation that needs a token.
pub(crate) async fn front_end_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let is_client = request.extensions().get::<Principal>().is_some_and(|caller| caller.oauth_client().is_some());
    if is_client {
        let problem = Problem::new(Kind::Forbidden)
            .with_detail("An OAuth client may not manage the account.")
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"insufficient_scope\""));
        return Ok(request.error_response(problem).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}
