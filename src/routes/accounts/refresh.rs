//! `POST /api/auth/refresh`.

use actix_web::{HttpResponse, http::StatusCode, post, web::Data};
use entity::account::RefreshOutcome;

use super::{
    anonymous_client::AnonymousClient,
    request::RefreshRequest,
    response::{TokenResponse, token_response},
    services::AccountServices,
};
use crate::{
    auth::invalid_credentials,
    http::{
        extract::ValidJson,
        problem::{
            Problem,
            responses::{Internal, InvalidBody, NotAcceptable, TooManyRequests, Unauthorized, Unavailable},
        },
    },
    telemetry::SubjectFingerprint,
};

/// Refreshes the tokens.
///
/// Returns a new access token and the successor of the refresh token. If the response is lost, the request can be
/// repeated for 10 seconds while the successor is unused. Any other reuse of a refresh token ends the session.
#[utoipa::path(
    operation_id = "refreshToken", tag = "auth", request_body = RefreshRequest,
    responses(
        (status = 200, description = "The new tokens.", body = TokenResponse),
        Unauthorized, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn refresh(
    AnonymousClient { accounts, address, .. }: AnonymousClient,
    services: Data<AccountServices>,
    ValidJson(input): ValidJson<RefreshRequest>,
) -> Result<HttpResponse, Problem> {
    services.limits.check_refresh(address).await?;
    let not_valid = |why| invalid_credentials("The refresh token is not valid.").with_cause(why);
    let exchange = services.token_issuer.exchange(&input.refresh_token, services.clock.now());
    let exchange = exchange.ok_or_else(|| not_valid("no refresh token of the configured secrets".to_owned()))?;
    let refreshed = accounts.refresh(exchange, || services.clock.now()).await?;
    match services.revocations.apply_from(refreshed) {
        RefreshOutcome::Refreshed(signed_in, by) => {
            let tokens = services.token_issuer.renew(&input.refresh_token, (signed_in, by), services.clock.now())?;
            Ok(token_response(tokens, StatusCode::OK))
        }
        RefreshOutcome::Invalid => {
            Err(not_valid("the refresh token is unknown or expired, or its session has ended".to_owned()))
        }
        RefreshOutcome::Reused { user_id, .. } => {
            let subject = SubjectFingerprint::new(user_id.as_str());
            Err(not_valid(format!("refresh token reused: session of caller={subject} ended")))
        }
    }
}
