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

/// Renew the tokens.
///
/// Each refresh token has one successor. Since an answer may be lost, the same is given again, with a new access token,
/// as often as it is asked for within 10 s and before it is used. Whoever uses the old one after that ends the session.
#[utoipa::path(
    operation_id = "refreshToken", tag = "auth", request_body = RefreshRequest,
    responses(
        (status = 200, description = "A new pair of tokens.", body = TokenResponse),
        Unauthorized, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn refresh(
    AnonymousClient { accounts, address, .. }: AnonymousClient,
    services: Data<AccountServices>,
    ValidJson(input): ValidJson<RefreshRequest>,
) -> Result<HttpResponse, Problem> {
    services.limits.check_refresh(address)?;
    let not_valid = |why| invalid_credentials("The refresh token is not valid.").with_cause(why);
    let exchange = services.token_issuer.exchange(&input.refresh_token, services.clock.now());
    let exchange = exchange.ok_or_else(|| not_valid("no refresh token of the secrets that are set".to_owned()))?;
    match accounts.refresh(exchange, || services.clock.now()).await? {
        RefreshOutcome::Refreshed(signed_in, by) => {
            let tokens = services.token_issuer.renew(&input.refresh_token, (signed_in, by), services.clock.now())?;
            Ok(token_response(tokens, StatusCode::OK))
        }
        RefreshOutcome::Invalid => Err(not_valid("no such refresh token, or it or its session is over".to_owned())),
        RefreshOutcome::Reused { user_id, revocations, .. } => {
            services.revocations.apply(&revocations);
            let whose = SubjectFingerprint::new(user_id.as_str());
            Err(not_valid(format!("a refresh token was used again: the session of caller={whose} has ended")))
        }
    }
}
