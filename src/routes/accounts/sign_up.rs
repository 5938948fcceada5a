//! `POST /api/auth/signup`.

use actix_web::{HttpResponse, http::StatusCode, post, web::Data};
use entity::account::{NewAccount, SignUpOutcome};

use super::{
    anonymous_client::AnonymousClient,
    request::SignUpRequest,
    response::{TokenResponse, token_response},
    services::AccountServices,
};
use crate::http::{
    extract::ValidJson,
    problem::{
        Kind, Problem,
        responses::{EmailTaken, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unavailable},
    },
};

/// Signs up.
///
/// Creates an account in Better Auth's tables and logs in. The same email address and password also work in Better Auth.
#[utoipa::path(
    operation_id = "signUp", tag = "auth", request_body = SignUpRequest,
    responses(
        (status = 201, description = "The account and a session are created.", body = TokenResponse),
        NotAcceptable, EmailTaken, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn sign_up(
    AnonymousClient { accounts, address, user_agent }: AnonymousClient,
    services: Data<AccountServices>,
    ValidJson(input): ValidJson<SignUpRequest>,
) -> Result<HttpResponse, Problem> {
    services.limits.check_sign_up(address)?;
    let (email, password_hash) =
        (input.email.to_lowercase(), services.hasher.hash(input.password.into_new_password()?).await?.encode());
    let now = services.clock.now();
    let (token, session) = services.token_issuer.new_session(address.to_string(), user_agent, now)?;
    let account = NewAccount { name: input.name, email: email.clone(), image: None, password_hash };
    let SignUpOutcome::Created(signed_in) = accounts.sign_up(account, session, now).await? else {
        return Err(Problem::new(Kind::Conflict));
    };
    services.limits.sign_up_accepted(address, &email);
    Ok(token_response(services.token_issuer.issue(signed_in, &token, now)?, StatusCode::CREATED))
}
