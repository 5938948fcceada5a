//! The reset of a forgotten password by a mailed link.

use actix_web::{
    HttpRequest, HttpResponse, get, post, rt,
    web::{Data, Json, Path},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    StoreError,
    account::{AccountStore, PasswordResetOutcome, Profile},
};

use opentelemetry::context::FutureExt;

use super::{
    body::{Body, validation_error},
    error::BetterAuthError,
    mail_request::{RequestPasswordReset, ResetPassword},
    redirect::{query_parameter, redirect_with},
    response::{PasswordResetRequested, Status},
};
use crate::{
    auth::Revocations,
    http::{
        TrustedOrigins,
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unavailable},
        },
    },
    mail::{Mail, MailLinks, MailSlot, Purpose},
    password::{NewPassword, Password},
    routes::accounts::{AccountServices, AnonymousClient},
};

/// How long a link is valid.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Longer than any token of Better Auth.
const MAX_TOKEN_BYTES: usize = 128;

/// Mails a link to reset the password.
///
/// The response does not tell whether the address has an account.
#[utoipa::path(
    operation_id = "requestPasswordReset", tag = "better-auth", request_body = RequestPasswordReset,
    responses(
        (status = 200, description = "If the address has an account, the mail is sent.", body = PasswordResetRequested),
        Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/request-password-reset")]
pub(in crate::routes) async fn send_mail(
    request: HttpRequest,
    client: AnonymousClient,
    services: Data<AccountServices>,
    origins: Data<TrustedOrigins>,
    Body(input): Body<RequestPasswordReset>,
) -> Result<Json<PasswordResetRequested>, Problem> {
    if !services.mailer.is_enabled() {
        return Err(BetterAuthError::ResetPasswordDisabled.into());
    }
    let email = input.email.to_lowercase();
    services.limits.check_mail(client.address, &email).await?;
    let (slot, now) = (services.mailer.reserve()?, services.clock.now());
    let user = client.accounts.user_by_email(&email).await?;
    if let (Some(slot), Some(user)) = (slot, user) {
        let links = MailLinks::new(&origins, &request);
        // the response does not wait: it would take longer for an address with an account
        let send = async move {
            if let Err(error) = send_link(&client.accounts, slot, user, links, input.redirect_to, now).await {
                log::warn!(error:%; "password reset not stored");
            }
        };
        rt::spawn(send.with_current_context());
    }
    Ok(Json(PasswordResetRequested::NEW))
}

async fn send_link(
    accounts: &AccountStore,
    slot: MailSlot,
    user: Profile,
    links: MailLinks,
    redirect_to: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let token = accounts.create_password_reset(&user.id, now, now + LIFETIME).await?;
    let link = links.to(&format!("/reset-password/{token}?"), redirect_to.as_deref().unwrap_or_default());
    slot.send(Mail { to: user.email, purpose: Purpose::ResetPassword, link });
    Ok(())
}

/// Redirects to the page where the new password is chosen.
///
/// The page's URL gets the parameter `token`, or `error=INVALID_TOKEN`.
#[utoipa::path(
    operation_id = "resetPasswordCallback", tag = "better-auth",
    params(
        ("token" = String, Path, description = "The token of the mail."),
        ("callbackURL" = String, Query, description = "The page: a path, or a URL of an allowed origin."),
    ),
    responses(
        (status = 302, description = "The redirect."),
        Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[get("/reset-password/{token}")]
pub(in crate::routes) async fn follow_link(
    request: HttpRequest,
    token: Path<String>,
    AnonymousClient { accounts, .. }: AnonymousClient,
    services: Data<AccountServices>,
    origins: Data<TrustedOrigins>,
) -> Result<HttpResponse, Problem> {
    let target = query_parameter(&request, "callbackURL").ok_or_else(|| {
        validation_error("[query.callbackURL] Invalid input: expected string, received undefined".to_owned())
    })?;
    let links = MailLinks::new(&origins, &request);
    let base = links.base();
    if target.is_empty() {
        return Ok(redirect_with(&format!("{base}/error"), base, ("error", "INVALID_TOKEN")));
    }
    if !origins.accepts_target(&target, &request) {
        return Err(BetterAuthError::InvalidCallbackUrl.into());
    }
    let is_valid = is_token(&token) && accounts.password_reset_exists(&token, services.clock.now()).await?;
    let parameter = if is_valid { ("token", token.as_str()) } else { ("error", "INVALID_TOKEN") };
    Ok(redirect_with(&target, base, parameter))
}

/// Sets a new password.
///
/// Ends all sessions and revokes all tokens of the user, on every replica. A token can be used once.
#[utoipa::path(
    operation_id = "resetPassword", tag = "better-auth", request_body = ResetPassword,
    params(("token" = Option<String>, Query, description = "The token of the mail, unless the body has it.")),
    responses(
        (status = 200, description = "The password is set.", body = Status),
        Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/reset-password")]
pub(in crate::routes) async fn reset(
    request: HttpRequest,
    AnonymousClient { accounts, address, .. }: AnonymousClient,
    services: Data<AccountServices>,
    Body(input): Body<ResetPassword>,
) -> Result<Json<Status>, Problem> {
    let token = input.token.filter(|token| !token.is_empty()).or_else(|| query_parameter(&request, "token"));
    let token = token.ok_or(BetterAuthError::InvalidResetToken)?;
    let new_password = NewPassword::try_from(Password::new(&input.new_password)?)?;
    services.limits.check_password_reset(address).await?;
    if !is_token(&token) || !accounts.password_reset_exists(&token, services.clock.now()).await? {
        return Err(BetterAuthError::InvalidResetToken.into());
    }
    let new_hash = services.hasher.hash(new_password).await?.encode();
    let now = services.clock.now();
    let outcome = accounts.reset_password(&token, new_hash, now, now + Revocations::MAX_TOKEN_LIFETIME).await?;
    match services.revocations.apply_from(outcome) {
        PasswordResetOutcome::Reset => Ok(Json(Status::OK)),
        PasswordResetOutcome::InvalidToken => Err(BetterAuthError::InvalidResetToken.into()),
        PasswordResetOutcome::UserNotFound => Err(BetterAuthError::UserNotFound.into()),
    }
}

/// Returns whether the text could be a token. Any other is not looked up.
fn is_token(text: &str) -> bool {
    (1..=MAX_TOKEN_BYTES).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c))
}
