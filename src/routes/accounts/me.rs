//! `GET` and `DELETE /api/auth/me`.

use actix_web::{
    HttpResponse, delete, get,
    middleware::from_fn,
    web::{Data, Json},
};
use entity::account::Account;

use super::{
    password::{incorrect_password, verify_current_password},
    request::DeleteAccountRequest,
    response::User,
    services::AccountServices,
};
use crate::{
    auth::{Principal, Revocations, Scoped, front_end_only},
    http::{
        extract::{ClientIp, ValidJson},
        problem::{
            Problem,
            responses::{Forbidden, Internal, InvalidBody, NotAcceptable, TooManyRequests, Unauthorized, Unavailable},
        },
    },
};

/// Returns the authenticated user.
///
/// The profile is read from Better Auth's tables. For a user without a row there, it is read from the token, and the dates are null.
/// The role and the active organization are always those of the token.
#[utoipa::path(
    operation_id = "getCurrentUser", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 200, description = "The authenticated user.", body = User),
        Unauthorized, NotAcceptable, Internal, Unavailable
    )
)]
#[get("")]
pub(crate) async fn get(caller: Principal, Scoped(account): Scoped<Account>) -> Result<Json<User>, Problem> {
    let profile = account.profile().await?;
    Ok(Json(profile.map_or_else(|| User::from(&caller), |profile| User::new(profile, &caller))))
}

/// Deletes the account.
///
/// Deletes the user with their sessions and tasks, and revokes their tokens.
#[utoipa::path(
    operation_id = "deleteAccount", tag = "auth", security(("bearer" = [])), request_body = DeleteAccountRequest,
    responses(
        (status = 204, description = "The account and its tasks are deleted."),
        Unauthorized, Forbidden, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[delete("", wrap = "from_fn(front_end_only)")]
pub(crate) async fn delete(
    caller: Principal,
    Scoped(account): Scoped<Account>,
    address: ClientIp,
    services: Data<AccountServices>,
    ValidJson(input): ValidJson<DeleteAccountRequest>,
) -> Result<HttpResponse, Problem> {
    verify_current_password(&account, &services, (address, &caller), (input.password, "/password")).await?;
    let now = services.clock.now();
    let deletion = account.delete(now, now + Revocations::MAX_TOKEN_LIFETIME).await?;
    if services.revocations.apply_from(deletion) {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(incorrect_password("/password"))
    }
}
