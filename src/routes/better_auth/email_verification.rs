//! The verification of an email address, and the last steps of its change, by a mailed link.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, get,
    http::header::{self, HeaderValue},
    post,
    web::{Data, Json},
};
use entity::account::{EmailChangeOutcome, Profile};

use super::{
    body::{Body, validation_error},
    error::BetterAuthError,
    mail_request::SendVerificationEmail,
    redirect::{query_parameter, redirect_to, redirect_with_error},
    response::{Status, VerifiedEmail},
    session_headers::set_session,
};
use crate::{
    auth::{CurrentSession, PresentedSession, SessionCookies},
    http::{
        TrustedOrigins,
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unauthorized, Unavailable},
        },
    },
    mail::MailLinks,
    routes::accounts::{AccountServices, AnonymousClient, VerificationMail},
    tokens::{EmailProof, EmailPurpose, EmailTokenError},
};

/// Mails a link to verify the email address.
///
/// Without a session, the response does not tell whether the address has an account.
#[utoipa::path(
    operation_id = "sendVerificationEmail", tag = "better-auth", request_body = SendVerificationEmail,
    responses(
        (status = 200, description = "If the address has an account and is not verified, the mail is sent.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/send-verification-email")]
pub(in crate::routes) async fn send(
    request: HttpRequest,
    presented: PresentedSession,
    client: AnonymousClient,
    services: Data<AccountServices>,
    origins: Data<TrustedOrigins>,
    Body(input): Body<SendVerificationEmail>,
) -> Result<Json<Status>, Problem> {
    if !services.mailer.is_enabled() {
        return Err(BetterAuthError::VerificationEmailNotEnabled.into());
    }
    let email = input.email.to_lowercase();
    let known = match presented {
        PresentedSession::Current(current) if current.user.email.to_lowercase() != email => {
            return Err(BetterAuthError::EmailMismatch.into());
        }
        PresentedSession::Current(current) if current.user.email_verified => {
            return Err(BetterAuthError::EmailAlreadyVerified.into());
        }
        PresentedSession::Current(current) => Some(current.user),
        PresentedSession::Ended(_) | PresentedSession::None => None,
    };
    services.limits.check_mail(client.address, &email).await?;
    let slot = services.mailer.reserve()?;
    let user = match known {
        Some(user) => Some(user),
        None => client.accounts.user_by_email(&email).await?,
    };
    if let (Some(slot), Some(user)) = (slot, user.filter(|user| !user.email_verified)) {
        let mail = VerificationMail { links: MailLinks::new(&origins, &request), target: input.callback_url };
        services.send_email_link(slot, &user, EmailPurpose::Verify, &mail)?;
    }
    Ok(Json(Status::OK))
}

/// Verifies an email address, or changes it, by the link of a mail.
///
/// With `callbackURL`, redirects there; its URL gets the parameter `error` if the token is rejected.
#[utoipa::path(
    operation_id = "verifyEmail", tag = "better-auth",
    params(
        ("token" = String, Query, description = "The token of the mail."),
        ("callbackURL" = Option<String>, Query, description = "Where the browser is redirected: a path, or a URL of an allowed origin."),
    ),
    responses(
        (status = 200, description = "The address is verified, or changed.", body = VerifiedEmail),
        (status = 302, description = "The redirect."),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[get("/verify-email")]
pub(in crate::routes) async fn verify(
    request: HttpRequest,
    presented: PresentedSession,
    client: AnonymousClient,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    origins: Data<TrustedOrigins>,
) -> Result<HttpResponse, Problem> {
    let token = query_parameter(&request, "token").ok_or_else(|| {
        validation_error("[query.token] Invalid input: expected string, received undefined".to_owned())
    })?;
    let target = query_parameter(&request, "callbackURL").filter(|target| !target.is_empty());
    if target.as_ref().is_some_and(|target| !origins.accepts_target(target, &request)) {
        return Err(BetterAuthError::InvalidCallbackUrl.into());
    }
    let session = match presented {
        PresentedSession::Current(current) => Some(*current),
        PresentedSession::Ended(_) | PresentedSession::None => None,
    };
    let mail = VerificationMail { links: MailLinks::new(&origins, &request), target: target.clone() };
    let applied = match services.email_tokens.verify(&token, services.clock.now()) {
        Ok(proof) => apply(proof, session.as_ref(), &client, &services, &mail).await,
        Err(EmailTokenError::Expired) => Err(Rejection::Token(BetterAuthError::TokenExpired)),
        Err(EmailTokenError::Invalid) => Err(Rejection::Token(BetterAuthError::InvalidEmailToken)),
    };
    let applied = match (applied, &target) {
        (Ok(applied), _) => applied,
        (Err(Rejection::Token(error)), Some(target)) => return Ok(redirect_with_error(target, error.code())),
        (Err(Rejection::Token(error)), None) => return Err(rejected(error)),
        (Err(Rejection::Other(problem)), _) => return Err(problem),
    };
    let mut response: HttpResponseBuilder = target.as_deref().map_or_else(HttpResponse::Ok, redirect_to);
    if let (Some(session), Applied::Changed(_)) = (&session, &applied) {
        set_session(&mut response, &cookies, &session.session.token, cookies.lifetime(request.headers()), &request);
    }
    Ok(if target.is_some() { response.finish() } else { response.json(VerifiedEmail::from(applied)) })
}

/// What a token did.
enum Applied {
    /// It verified the address, or sent the next mail of a change.
    Verified,
    /// It changed the address.
    Changed(Profile),
}

/// Why a token did nothing.
enum Rejection {
    /// Reported to the page that the link leads to.
    Token(BetterAuthError),
    Other(Problem),
}

impl<E: Into<Problem>> From<E> for Rejection {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

impl From<Applied> for VerifiedEmail {
    fn from(applied: Applied) -> Self {
        match applied {
            Applied::Verified => Self::new(None),
            Applied::Changed(user) => Self::new(Some(user.into())),
        }
    }
}

/// Does what the holder of the token may do. The token names the user by id and by the address they had: neither an address
/// that another user has by now nor a user whose address has changed since is affected (CVE-2026-134315).
async fn apply(
    proof: EmailProof,
    session: Option<&CurrentSession>,
    client: &AnonymousClient,
    services: &AccountServices,
    mail: &VerificationMail,
) -> Result<Applied, Rejection> {
    let user = match &proof.user {
        Some(id) => client.accounts.user_by_id(id).await?,
        None => client.accounts.user_by_email(&proof.email).await?,
    };
    let user = user.ok_or(Rejection::Token(BetterAuthError::UserOfTokenNotFound))?;
    if user.email.to_lowercase() != proof.email {
        return Err(Rejection::Token(BetterAuthError::InvalidEmailToken));
    }
    let is_change = proof.purpose != EmailPurpose::Verify;
    if is_change && session.is_some_and(|session| session.user.id != user.id) {
        return Err(Rejection::Token(BetterAuthError::InvalidUser));
    }
    let now = services.clock.now();
    match proof.purpose {
        EmailPurpose::Verify if user.email_verified => {}
        EmailPurpose::Verify => client.accounts.verify_email(&user, now).await?,
        EmailPurpose::ApproveChange { new_email } => {
            services.limits.check_mail(client.address, &new_email).await?;
            if let Some(slot) = services.mailer.reserve()? {
                services.send_email_link(slot, &user, EmailPurpose::Change { new_email }, mail)?;
            }
        }
        EmailPurpose::Change { new_email } => {
            return match client.accounts.change_email(&user, &new_email, now).await? {
                EmailChangeOutcome::Changed(user) => Ok(Applied::Changed(user)),
                EmailChangeOutcome::Taken => Err(Rejection::Token(BetterAuthError::UserAlreadyExists)),
                EmailChangeOutcome::Stale => Err(Rejection::Token(BetterAuthError::InvalidEmailToken)),
            };
        }
    }
    Ok(Applied::Verified)
}

fn rejected(error: BetterAuthError) -> Problem {
    match error {
        BetterAuthError::UserAlreadyExists => error.into(),
        _ => Problem::from(error).with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
    }
}
