//! `POST /api/auth/update-user`, `POST /api/auth/delete-user` and `GET /api/auth/list-accounts`.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Json},
};
use entity::account::{Account, ProfileUpdate};

use super::{
    body::Body,
    error::BetterAuthError,
    new_session::is_fresh,
    password::verify_password,
    request::{DeleteUser, UpdateUser},
    response::{self, Status, Success},
    session_headers::{set_session, signed_out},
};
use crate::{
    auth::{CurrentSession, Revocations, SessionCookies},
    http::{
        extract::ClientIp,
        problem::{
            Problem,
            responses::{
                Forbidden, Internal, InvalidBody, NotAcceptable, NotFound, TooManyRequests, Unauthorized, Unavailable,
            },
        },
    },
    password::Password,
    routes::accounts::AccountServices,
};

/// Changes the name or the picture of the user.
#[utoipa::path(
    operation_id = "updateUser", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = UpdateUser,
    responses(
        (status = 200, description = "The user is changed.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[post("/update-user")]
pub(in crate::routes) async fn update(
    request: HttpRequest,
    current: CurrentSession,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    Body(input): Body<UpdateUser>,
) -> Result<HttpResponse, Problem> {
    if input.has_email {
        return Err(BetterAuthError::EmailCanNotBeUpdated.into());
    }
    if input.name.is_none() && input.image.is_none() {
        return Err(BetterAuthError::NoFieldsToUpdate.into());
    }
    let update = ProfileUpdate { name: input.name, image: input.image };
    current.scoped::<Account>().update_profile(update, services.clock.now()).await?;
    let mut response = HttpResponse::Ok();
    let lifetime = cookies.lifetime(request.headers());
    set_session(&mut response, &cookies, &current.session.token, lifetime, &request);
    Ok(response.json(Status::OK))
}

/// Deletes the user with their sessions and tasks.
///
/// Needs the password, or a session of the last day.
#[utoipa::path(
    operation_id = "deleteUser", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = DeleteUser,
    responses(
        (status = 200, description = "The user is deleted, and their tokens are revoked.", body = Success),
        Unauthorized, Forbidden, NotFound, NotAcceptable, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("/delete-user")]
pub(in crate::routes) async fn delete(
    current: CurrentSession,
    address: ClientIp,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    Body(input): Body<DeleteUser>,
) -> Result<HttpResponse, Problem> {
    let (account, now) = (current.scoped::<Account>(), services.clock.now());
    if let Some(password) = &input.password {
        verify_password(&account, &services, (address, &current), Password::new(password)?).await?;
    } else if input.token.is_none() && !is_fresh(&current.session.session, now) {
        return Err(BetterAuthError::SessionExpired.into());
    }
    if input.token.is_some() {
        return Err(BetterAuthError::InvalidToken.into());
    }
    services.revocations.apply_from(account.delete(now, now + Revocations::MAX_TOKEN_LIFETIME).await?);
    Ok(signed_out(&cookies).json(Success { success: true, message: Some("User deleted") }))
}

/// Lists the ways in which the user can sign in.
#[utoipa::path(
    operation_id = "listUserAccounts", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    responses(
        (status = 200, description = "The ways to sign in.", body = Vec<response::Account>),
        Unauthorized, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/list-accounts")]
pub(in crate::routes) async fn list_accounts(current: CurrentSession) -> Result<Json<Vec<response::Account>>, Problem> {
    let accounts = current.scoped::<Account>().linked_accounts().await?;
    Ok(Json(accounts.into_iter().map(|account| response::Account::new(account, &current.user.id)).collect()))
}
