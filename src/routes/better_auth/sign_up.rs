//! `POST /api/auth/sign-up/email`.

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use entity::account::{NewAccount, SignUpOutcome};

use super::{
    body::Body, error::BetterAuthError, new_session::SessionRequest, request::SignUp, response::SignedUp,
    session_headers::set_session,
};
use crate::{
    auth::SessionCookies,
    http::{
        TrustedOrigins,
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unavailable},
        },
    },
    mail::MailLinks,
    password::{NewPassword, Password},
    routes::accounts::{AccountServices, AnonymousClient, VerificationMail},
};

/// Signs up with an email address and a password, and signs in.
///
/// If email addresses have to be verified, mails a link instead of signing in, and does not tell whether the address was free.
#[utoipa::path(
    operation_id = "signUpWithEmailAndPassword", tag = "better-auth", request_body = SignUp,
    responses(
        (status = 200, description = "The account and a session are created.", body = SignedUp),
        Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/sign-up/email")]
pub(in crate::routes) async fn sign_up(
    request: HttpRequest,
    client: AnonymousClient,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    origins: Data<TrustedOrigins>,
    Body(input): Body<SignUp>,
) -> Result<HttpResponse, Problem> {
    services.limits.check_sign_up(client.address).await?;
    let password = NewPassword::try_from(Password::new(&input.password)?)?;
    let (email, password_hash) = (input.email.to_lowercase(), services.hasher.hash(password).await?.encode());
    let now = services.clock.now();
    let account = NewAccount { name: input.name, email: email.clone(), image: input.image, password_hash };
    if services.require_verification {
        let signed_up = client.accounts.sign_up_without_session(account, now).await?;
        if signed_up.is_created {
            let mail = VerificationMail { links: MailLinks::new(&origins, &request), target: input.callback_url };
            services.offer_verification(client.address, &signed_up.user, &mail).await;
        }
        return Ok(HttpResponse::Ok().json(SignedUp { token: None, user: signed_up.user.into() }));
    }
    let session = SessionRequest::new(&client, input.remember_me, now)?;
    let SignUpOutcome::Created(signed_in) = client.accounts.sign_up(account, session.new, now).await? else {
        return Err(BetterAuthError::UserAlreadyExists.into());
    };
    services.limits.sign_up_accepted(client.address, &email).await;
    let mut response = HttpResponse::Ok();
    set_session(&mut response, &cookies, &session.token, session.lifetime, &request);
    Ok(response.json(SignedUp { token: Some(session.token.expose().to_owned()), user: signed_in.user.into() }))
}
