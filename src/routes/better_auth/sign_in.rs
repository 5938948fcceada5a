//! `POST /api/auth/sign-in/email` and `POST /api/auth/sign-in/social`.

use actix_web::{HttpRequest, HttpResponse, http::header, post, web::Data};

use super::{
    body::Body,
    error::BetterAuthError,
    new_session::SessionRequest,
    request::{SignIn, SocialSignIn},
    response::SignedIn,
    session_headers::set_session,
};
use crate::{
    auth::{SessionCookies, invalid_credentials},
    http::{
        TrustedOrigins,
        problem::{
            Problem,
            responses::{
                Forbidden, Internal, InvalidBody, NotAcceptable, NotFound, TooManyRequests, Unauthorized, Unavailable,
            },
        },
    },
    mail::MailLinks,
    password::Password,
    routes::accounts::{AccountServices, AnonymousClient, VerificationMail, is_email_address},
};

/// Signs in with an email address and a password.
#[utoipa::path(
    operation_id = "signInEmail", tag = "better-auth", request_body = SignIn,
    responses(
        (status = 200, description = "The session is created.", body = SignedIn),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/sign-in/email")]
pub(in crate::routes) async fn sign_in(
    request: HttpRequest,
    client: AnonymousClient,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    origins: Data<TrustedOrigins>,
    Body(input): Body<SignIn>,
) -> Result<HttpResponse, Problem> {
    if !is_email_address(&input.email) {
        return Err(BetterAuthError::InvalidEmail.into());
    }
    let password = Password::new(&input.password)?;
    let credential = services.verified_credential(&client, &input.email.to_lowercase(), password).await?;
    let credential = credential.map_err(incorrect_credentials)?;
    if services.require_verification && !credential.user.email_verified {
        services.limits.log_in_accepted(client.address, &credential.user.email).await;
        let mail = VerificationMail { links: MailLinks::new(&origins, &request), target: input.callback_url };
        services.offer_verification(client.address, &credential.user, &mail).await;
        return Err(BetterAuthError::EmailNotVerified.into());
    }
    let now = services.clock.now();
    let session = SessionRequest::new(&client, input.remember_me, now)?;
    let signed_in = client.accounts.create_session(credential, session.new, now).await?;
    let signed_in = signed_in.ok_or_else(|| incorrect_credentials("the password was changed meanwhile".to_owned()))?;
    services.limits.log_in_accepted(client.address, &signed_in.user.email).await;
    let mut response = HttpResponse::Ok();
    set_session(&mut response, &cookies, &session.token, session.lifetime, &request);
    if let Some(url) = &input.callback_url {
        response.insert_header((header::LOCATION, url.as_str()));
    }
    Ok(response.json(SignedIn {
        redirect: input.callback_url.is_some(),
        token: session.token.expose().to_owned(),
        url: input.callback_url,
        user: signed_in.user.into(),
    }))
}

/// Rejects a sign-in by a social provider: the service knows none.
#[utoipa::path(
    operation_id = "socialSignIn", tag = "better-auth", request_body = SocialSignIn,
    responses(Forbidden, NotFound, NotAcceptable, InvalidBody, Internal)
)]
#[post("/sign-in/social")]
pub(in crate::routes) async fn social(_: Body<SocialSignIn>) -> Result<HttpResponse, Problem> {
    Err(BetterAuthError::ProviderNotFound.into())
}

fn incorrect_credentials(cause: String) -> Problem {
    invalid_credentials("Invalid email or password").with_code("INVALID_EMAIL_OR_PASSWORD").with_cause(cause)
}
