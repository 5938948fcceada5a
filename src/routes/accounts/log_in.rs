//! `POST /api/auth/login`.

use actix_web::{HttpResponse, http::StatusCode, post, web::Data};
use entity::account::Credential;

use super::{
    anonymous_client::AnonymousClient,
    request::LogInInput,
    response::{Tokens, token_response},
    services::Desk,
};
use crate::{
    auth::invalid_credentials,
    http::{extract::ValidJson, problem::Problem},
    telemetry::SubjectFingerprint,
};

/// Log in.
#[utoipa::path(
    operation_id = "logIn", tag = "auth", request_body = LogInInput,
    responses((status = 200, description = "Signed in.", body = Tokens))
)]
#[post("")]
pub(crate) async fn log_in(
    AnonymousClient { accounts, address, user_agent }: AnonymousClient,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<LogInInput>,
) -> Result<HttpResponse, Problem> {
    let email = input.email.to_lowercase();
    desk.limits.check_log_in(address, &email)?;
    let known = accounts.credential_by_email(&email).await?;
    let stored = known.as_ref().map(|known| known.password_hash.as_str());
    let is_right = desk.hasher.verify(input.password, stored).await?;
    let why = why_not(known.as_ref());
    let known = known.filter(|_| is_right).ok_or_else(|| wrong(why))?;
    let now = desk.clock.now();
    let (token, session) = desk.token_issuer.new_session(address.to_string(), user_agent, now)?;
    let signed_in = accounts.create_session(known, session, now).await?;
    let signed_in = signed_in.ok_or_else(|| wrong("the password was changed meanwhile".to_owned()))?;
    desk.limits.log_in_accepted(address, &email);
    Ok(token_response(desk.token_issuer.issue(signed_in, &token, now)?, StatusCode::OK))
}

/// What only the log is told of a log-in that fails.
fn why_not(known: Option<&Credential>) -> String {
    known.map_or_else(
        || "nobody of this address who signs in by a password alone".to_owned(),
        |known| format!("a wrong password for caller={}", SubjectFingerprint::new(known.user.id.as_str())),
    )
}

fn wrong(why: String) -> Problem {
    invalid_credentials("The e-mail address or the password is wrong.").because(why)
}
