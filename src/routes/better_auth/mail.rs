//! The routes that need a mailer, as Better Auth answers them without one.

use actix_web::{HttpRequest, HttpResponse, get, post};

use super::{
    body::{Body, validation_error},
    error::BetterAuthError,
    request::{Email, NewEmail, ResetPassword},
};
use crate::{
    auth::{CurrentSession, invalid_credentials},
    http::problem::{
        Problem,
        responses::{Forbidden, Internal, InvalidBody, NotAcceptable, Unauthorized, Unavailable},
    },
};

/// Changes the email address. Not enabled.
#[utoipa::path(
    operation_id = "changeEmail", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = NewEmail,
    responses(Unauthorized, Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable)
)]
#[post("/change-email")]
pub(in crate::routes) async fn change_email(_: CurrentSession, _: Body<NewEmail>) -> Result<HttpResponse, Problem> {
    Err(BetterAuthError::ChangeEmailDisabled.into())
}

/// Requests a mail with a link to reset the password. Not enabled.
#[utoipa::path(
    operation_id = "requestPasswordReset", tag = "better-auth", request_body = Email,
    responses(Forbidden, NotAcceptable, InvalidBody, Internal)
)]
#[post("/request-password-reset")]
pub(in crate::routes) async fn request_password_reset(_: Body<Email>) -> Result<HttpResponse, Problem> {
    Err(BetterAuthError::ResetPasswordDisabled.into())
}

/// Resets the password. No token is valid.
#[utoipa::path(
    operation_id = "resetPassword", tag = "better-auth", request_body = ResetPassword,
    responses(Forbidden, NotAcceptable, InvalidBody, Internal)
)]
#[post("/reset-password")]
pub(in crate::routes) async fn reset_password(_: Body<ResetPassword>) -> Result<HttpResponse, Problem> {
    Err(BetterAuthError::InvalidResetToken.into())
}

/// Requests a mail with a link to verify the email address. Not enabled.
#[utoipa::path(
    operation_id = "sendVerificationEmail", tag = "better-auth", request_body = Email,
    responses(Forbidden, NotAcceptable, InvalidBody, Internal)
)]
#[post("/send-verification-email")]
pub(in crate::routes) async fn send_verification_email(_: Body<Email>) -> Result<HttpResponse, Problem> {
    Err(BetterAuthError::VerificationEmailNotEnabled.into())
}

/// Verifies an email address. No token is valid.
#[utoipa::path(
    operation_id = "verifyEmail", tag = "better-auth",
    params(("token" = String, Query, description = "The token of the mail.")),
    responses(Unauthorized, NotAcceptable, InvalidBody, Internal)
)]
#[get("/verify-email")]
pub(in crate::routes) async fn verify_email(request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !request.query_string().split('&').any(|pair| pair.starts_with("token=")) {
        return Err(validation_error("[query.token] Invalid input: expected string, received undefined".to_owned()));
    }
    Err(invalid_credentials("Invalid token").with_code("INVALID_TOKEN"))
}
