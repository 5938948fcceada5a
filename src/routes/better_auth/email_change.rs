//! `POST /api/auth/change-email`.

use actix_web::{
    HttpRequest, post,
    web::{Data, Json},
};

use super::{body::Body, error::BetterAuthError, mail_request::ChangeEmail, response::Status};
use crate::{
    auth::CurrentSession,
    http::{
        TrustedOrigins,
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unauthorized, Unavailable},
        },
    },
    mail::MailLinks,
    routes::accounts::{AccountServices, AnonymousClient, VerificationMail},
    tokens::EmailPurpose,
};

/// Begins a change of the email address.
///
/// The address changes once a link that is mailed to the new one is opened. If the current address is verified, a link that is
/// mailed to it must be opened first: a stolen session alone cannot take over the account.
#[utoipa::path(
    operation_id = "changeEmail", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = ChangeEmail,
    responses(
        (status = 200, description = "The mail is sent, unless another user has the new address.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/change-email")]
pub(in crate::routes) async fn change(
    request: HttpRequest,
    current: CurrentSession,
    client: AnonymousClient,
    services: Data<AccountServices>,
    origins: Data<TrustedOrigins>,
    Body(input): Body<ChangeEmail>,
) -> Result<Json<Status>, Problem> {
    if !services.mailer.is_enabled() {
        return Err(BetterAuthError::ChangeEmailDisabled.into());
    }
    let (new_email, user) = (input.new_email.to_lowercase(), current.user);
    if new_email == user.email {
        return Err(BetterAuthError::EmailIsTheSame.into());
    }
    services.limits.check_mail(client.address, &new_email).await?;
    services.limits.check_mail(client.address, &user.email).await?;
    let slot = services.mailer.reserve()?;
    if let (Some(slot), None) = (slot, client.accounts.user_by_email(&new_email).await?) {
        let mail = VerificationMail { links: MailLinks::new(&origins, &request), target: input.callback_url };
        let purpose = if user.email_verified {
            EmailPurpose::ApproveChange { new_email }
        } else {
            EmailPurpose::Change { new_email }
        };
        services.send_email_link(slot, &user, purpose, &mail)?;
    }
    Ok(Json(Status::OK))
}
