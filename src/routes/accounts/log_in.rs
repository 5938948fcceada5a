//! `POST /api/auth/login`.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web::Data};

use super::{
    anonymous_client::AnonymousClient,
    request::LogInRequest,
    response::{TokenResponse, token_response},
    services::AccountServices,
    verification_mail::{VerificationMail, email_not_verified},
};
use crate::{
    auth::invalid_credentials,
    http::{
        TrustedOrigins,
        extract::ValidJson,
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unauthorized, Unavailable},
        },
    },
};

/// Logs in.
///
/// Opens a session and returns its tokens.
#[utoipa::path(
    operation_id = "logIn", tag = "auth", request_body = LogInRequest,
    responses(
        (status = 200, description = "The session is created.", body = TokenResponse),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn log_in(
    request: HttpRequest,
    client: AnonymousClient,
    services: Data<AccountServices>,
    origins: Data<TrustedOrigins>,
    ValidJson(input): ValidJson<LogInRequest>,
) -> Result<HttpResponse, Problem> {
    let email = input.email.to_lowercase();
    let credential = services.verified_credential(&client, &email, input.password).await?;
    let credential = credential.map_err(incorrect_credentials)?;
    if services.require_verification && !credential.user.email_verified {
        services.limits.log_in_accepted(client.address, &email).await;
        services.offer_verification(client.address, &credential.user, &VerificationMail::new(&origins, &request)).await;
        return Err(email_not_verified());
    }
    let now = services.clock.now();
    let AnonymousClient { accounts, address, user_agent } = client;
    let (token, session) = services.token_issuer.new_session(address.to_string(), user_agent, now)?;
    let signed_in = accounts.create_session(credential, session, now).await?;
    let signed_in = signed_in.ok_or_else(|| incorrect_credentials("the password was changed meanwhile".to_owned()))?;
    services.limits.log_in_accepted(address, &email).await;
    Ok(token_response(services.token_issuer.issue(signed_in, &token, now)?, StatusCode::OK))
}

fn incorrect_credentials(cause: String) -> Problem {
    invalid_credentials("The email address or the password is incorrect.").with_cause(cause)
}
