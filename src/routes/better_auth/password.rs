//! `POST /api/auth/change-password` and `POST /api/auth/verify-password`.

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use entity::account::{Account, PasswordChange, PasswordChangeOutcome, SessionsAfterChange};

use super::{
    body::Body,
    error::BetterAuthError,
    new_session::SessionRequest,
    request::{ChangePassword, VerifyPassword},
    response::{PasswordChanged, Status},
    session_headers::set_session,
};
use crate::{
    auth::{CurrentSession, Revocations, SessionCookies},
    http::{
        extract::ClientIp,
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unauthorized, Unavailable},
        },
    },
    password::{NewPassword, Password},
    routes::accounts::{AccountServices, AnonymousClient},
};

/// Changes the password.
///
/// With `revokeOtherSessions`, ends all sessions and revokes all tokens of the user, and begins a new session.
#[utoipa::path(
    operation_id = "changeUserPassword", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = ChangePassword,
    responses(
        (status = 200, description = "The password is changed.", body = PasswordChanged),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/change-password")]
pub(in crate::routes) async fn change(
    request: HttpRequest,
    current: CurrentSession,
    client: AnonymousClient,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    Body(input): Body<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let new_password = NewPassword::try_from(Password::new(&input.new_password)?)?;
    let account = current.scoped::<Account>();
    let current_hash =
        verify_password(&account, &services, (client.address, &current), Password::new(&input.current_password)?)
            .await?;
    let new_hash = services.hasher.hash(new_password).await?.encode();
    let now = services.clock.now();
    let (sessions, created) = match input.revoke_other_sessions {
        Some(true) => {
            let SessionRequest { new, token, .. } = SessionRequest::new(&client, None, now)?;
            (SessionsAfterChange::Replace(new), Some(token))
        }
        _ => (SessionsAfterChange::Keep, None),
    };
    let change = PasswordChange { current_hash, new_hash, sessions };
    let outcome = account.change_password(change, now, now + Revocations::MAX_TOKEN_LIFETIME).await?;
    if services.revocations.apply_from(outcome) == PasswordChangeOutcome::Stale {
        return Err(BetterAuthError::InvalidPassword.into());
    }
    let mut response = HttpResponse::Ok();
    if let Some(token) = &created {
        set_session(&mut response, &cookies, token, cookies.lifetime(request.headers()), &request);
    }
    let token = created.map(|token| token.expose().to_owned());
    Ok(response.json(PasswordChanged { token, user: current.user.into() }))
}

/// Verifies the password of the user.
#[utoipa::path(
    operation_id = "verifyPassword", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = VerifyPassword,
    responses(
        (status = 200, description = "The password is correct.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/verify-password")]
pub(in crate::routes) async fn verify(
    current: CurrentSession,
    address: ClientIp,
    services: Data<AccountServices>,
    Body(input): Body<VerifyPassword>,
) -> Result<Json<Status>, Problem> {
    let (account, user) = (current.scoped::<Account>(), current.principal().user_id().as_str());
    let (_, matches) = services.check_password(&account, address, user, Password::new(&input.password)?).await?;
    if matches { Ok(Json(Status::OK)) } else { Err(BetterAuthError::InvalidPassword.into()) }
}

/// Verifies the user's password and returns its stored hash.
///
/// # Errors
///
/// 400 if the password is incorrect or the account has none; 429 if the rate limit is exceeded.
pub(super) async fn verify_password(
    account: &Account,
    services: &AccountServices,
    (address, current): (ClientIp, &CurrentSession),
    password: Password,
) -> Result<String, Problem> {
    let (stored, matches) =
        services.check_password(account, address, current.principal().user_id().as_str(), password).await?;
    let stored = stored.ok_or(BetterAuthError::CredentialAccountNotFound)?;
    if matches { Ok(stored) } else { Err(BetterAuthError::InvalidPassword.into()) }
}
