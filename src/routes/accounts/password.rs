//! `POST /api/auth/password`.

use actix_web::{HttpResponse, middleware::from_fn, post, web::Data};
use entity::account::{Account, PasswordChange, PasswordChangeOutcome, SessionsAfterChange};

use super::{request::ChangePasswordRequest, services::AccountServices};
use crate::{
    auth::{Principal, Revocations, Scoped, front_end_only},
    http::{
        extract::{ClientIp, ValidJson},
        problem::{
            InvalidField, Problem,
            responses::{Forbidden, Internal, InvalidBody, TooManyRequests, Unauthorized, Unavailable},
        },
    },
    password::Password,
};

/// Changes the password.
///
/// Ends all other sessions, those of the front end included, and revokes all tokens that the front end has issued so far.
#[utoipa::path(
    operation_id = "changePassword", tag = "auth", security(("bearer" = [])), request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The password is changed."),
        Unauthorized, Forbidden, InvalidBody, TooManyRequests, Internal, Unavailable
    )
)]
#[post("", wrap = "from_fn(front_end_only)")]
pub(crate) async fn change(
    caller: Principal,
    Scoped(account): Scoped<Account>,
    address: ClientIp,
    services: Data<AccountServices>,
    ValidJson(input): ValidJson<ChangePasswordRequest>,
) -> Result<HttpResponse, Problem> {
    let current_hash =
        verify_current_password(&account, &services, (address, &caller), (input.current_password, "/current_password"))
            .await?;
    let new_hash = services.hasher.hash(input.new_password.into_new_password()?).await?.encode();
    let now = services.clock.now();
    let sessions = SessionsAfterChange::RevokeOthers { kept: caller.session().map(|session| session.id().clone()) };
    let change = PasswordChange { current_hash, new_hash, sessions };
    let change = account.change_password(change, now, now + Revocations::MAX_TOKEN_LIFETIME).await?;
    match services.revocations.apply_from(change) {
        PasswordChangeOutcome::Changed(_) => Ok(HttpResponse::NoContent().finish()),
        PasswordChangeOutcome::Stale => Err(incorrect_password("/current_password")),
    }
}

/// Verifies the user's current password and returns its stored hash.
///
/// # Errors
///
/// 422 at `pointer` if the password is incorrect or the account has none; 429 if the rate limit is exceeded.
pub(super) async fn verify_current_password(
    account: &Account,
    services: &AccountServices,
    (address, caller): (ClientIp, &Principal),
    (password, pointer): (Password, &str),
) -> Result<String, Problem> {
    let (password_hash, matches) =
        services.check_password(account, address, caller.user_id().as_str(), password).await?;
    let password_hash =
        password_hash.ok_or_else(|| Problem::invalid(vec![InvalidField::new(pointer, NO_PASSWORD_SET)]))?;
    if matches { Ok(password_hash) } else { Err(incorrect_password(pointer)) }
}

const NO_PASSWORD_SET: &str =
    "cannot be verified: this account has no password; use the sign-in method of the front end";

pub(super) fn incorrect_password(pointer: &str) -> Problem {
    Problem::invalid(vec![InvalidField::new(pointer, "must be the current password")])
}
