//! `POST /api/auth/signup`.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web::Data};
use entity::account::{NewAccount, SignUpOutcome};

use super::{
    anonymous_client::AnonymousClient,
    request::SignUpRequest,
    response::{TokenResponse, token_response},
    services::AccountServices,
    verification_mail::{VerificationMail, email_not_verified},
};
use crate::http::{
    TrustedOrigins,
    extract::ValidJson,
    problem::{
        Kind, Problem,
        responses::{EmailTaken, Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unavailable},
    },
};

/// Signs up.
///
/// Creates an account in Better Auth's tables and logs in. The same email address and password also work in Better Auth.
/// If email addresses have to be verified, the response is 403 and does not tell whether the address was free: the account is
/// created, and a mail has a link to verify the address.
#[utoipa::path(
    operation_id = "signUp", tag = "auth", request_body = SignUpRequest,
    responses(
        (status = 201, description = "The account and a session are created.", body = TokenResponse),
        Forbidden, NotAcceptable, EmailTaken, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn sign_up(
    request: HttpRequest,
    AnonymousClient { accounts, address, user_agent }: AnonymousClient,
    services: Data<AccountServices>,
    origins: Data<TrustedOrigins>,
    ValidJson(input): ValidJson<SignUpRequest>,
) -> Result<HttpResponse, Problem> {
    services.limits.check_sign_up(address).await?;
    let (email, password_hash) =
        (input.email.to_lowercase(), services.hasher.hash(input.password.into_new_password()?).await?.encode());
    let now = services.clock.now();
    let account = NewAccount { name: input.name, email: email.clone(), image: None, password_hash };
    if services.require_verification {
        let signed_up = accounts.sign_up_without_session(account, now).await?;
        if signed_up.is_created {
            services.offer_verification(address, &signed_up.user, &VerificationMail::new(&origins, &request)).await;
        }
        return Err(email_not_verified());
    }
    let (token, session) = services.token_issuer.new_session(address.to_string(), user_agent, now)?;
    let SignUpOutcome::Created(signed_in) = accounts.sign_up(account, session, now).await? else {
        return Err(Problem::new(Kind::Conflict));
    };
    services.limits.sign_up_accepted(address, &email).await;
    Ok(token_response(services.token_issuer.issue(signed_in, &token, now)?, StatusCode::CREATED))
}
