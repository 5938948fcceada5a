//! `POST /api/auth/login`.

use actix_web::{HttpResponse, http::StatusCode, post, web::Data};
use entity::account::Credential;

use super::{
    anonymous_client::AnonymousClient,
    request::LogInRequest,
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

/// Logs in.
///
/// Opens a session and returns its tokens.
#[utoipa::path(
    operation_id = "logIn", tag = "auth", request_body = LogInRequest,
    responses(
        (status = 200, description = "The session is created.", body = TokenResponse),
        Unauthorized, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn log_in(
    AnonymousClient { accounts, address, user_agent }: AnonymousClient,
    services: Data<AccountServices>,
    ValidJson(input): ValidJson<LogInRequest>,
) -> Result<HttpResponse, Problem> {
    let email = input.email.to_lowercase();
    services.limits.check_log_in(address, &email)?;
    let credential = accounts.credential_by_email(&email).await?;
    let password_hash = credential.as_ref().map(|credential| credential.password_hash.as_str());
    let matches = services.hasher.verify(input.password, password_hash).await?;
    let cause = failure_cause(credential.as_ref());
    let credential = credential.filter(|_| matches).ok_or_else(|| incorrect_credentials(cause))?;
    let now = services.clock.now();
    let (token, session) = services.token_issuer.new_session(address.to_string(), user_agent, now)?;
    let signed_in = accounts.create_session(credential, session, now).await?;
    let signed_in = signed_in.ok_or_else(|| incorrect_credentials("the password was changed meanwhile".to_owned()))?;
    services.limits.log_in_accepted(address, &email);
    Ok(token_response(services.token_issuer.issue(signed_in, &token, now)?, StatusCode::OK))
}

/// The cause of a failed log-in, for the log.
fn failure_cause(credential: Option<&Credential>) -> String {
    credential.map_or_else(
        || "no account with this email address that logs in by password alone".to_owned(),
        |credential| format!("incorrect password for caller={}", SubjectFingerprint::new(credential.user.id.as_str())),
    )
}

fn incorrect_credentials(cause: String) -> Problem {
    invalid_credentials("The email address or the password is incorrect.").with_cause(cause)
}
