//! `POST /api/auth/password`.

use actix_web::{HttpResponse, post, web::Data};
use entity::account::{Account, PasswordChange};

use super::{request::ChangePasswordInput, services::Desk};
use crate::{
    auth::{Principal, Revocations, Scoped},
    http::{
        extract::{ClientAddress, ValidJson},
        problem::{Invalid, Problem},
    },
    password::Password,
};

/// Change my password.
///
/// All other sessions end, those at the front end too, and so does every token that the front end has issued up to now.
#[utoipa::path(
    operation_id = "changePassword", tag = "auth", security(("bearer" = [])), request_body = ChangePasswordInput,
    responses((status = 204, description = "The password is changed."))
)]
#[post("")]
pub(crate) async fn change_password(
    caller: Principal,
    Scoped(account): Scoped<Account>,
    address: ClientAddress,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<ChangePasswordInput>,
) -> Result<HttpResponse, Problem> {
    let current_hash =
        verify_current_password(&account, &desk, (address, &caller), (input.current_password, "/current_password"))
            .await?;
    let new_hash = desk.hasher.hash(input.new_password.into_new_password()?).await?.encode();
    let now = desk.clock.now();
    let change =
        PasswordChange { current_hash, new_hash, keep_session: caller.session().map(|session| session.id().clone()) };
    let revoked = account.change_password(change, now, now + Revocations::MAX_TOKEN_LIFETIME).await?;
    desk.revocations.apply(&revoked.ok_or_else(|| wrong("/current_password"))?);
    Ok(HttpResponse::NoContent().finish())
}

/// The stored form of the caller's password, if this is it.
pub(super) async fn verify_current_password(
    account: &Account,
    desk: &Desk,
    (address, caller): (ClientAddress, &Principal),
    (password, pointer): (Password, &str),
) -> Result<String, Problem> {
    let user = caller.user_id().as_str();
    desk.limits.check_password(address, user)?;
    let stored = account.password_hash().await?;
    let is_right = desk.hasher.verify(password, stored.as_deref()).await?;
    if is_right {
        desk.limits.password_accepted(address, user);
    }
    let stored = stored.ok_or_else(|| Problem::invalid(vec![Invalid::new(pointer, NO_PASSWORD_SET)]))?;
    if is_right { Ok(stored) } else { Err(wrong(pointer)) }
}

const NO_PASSWORD_SET: &str =
    "is not known: this account has no password here, since it signs in by other means; use the front end";

pub(super) fn wrong(pointer: &str) -> Problem {
    Problem::invalid(vec![Invalid::new(pointer, "must be the present password")])
}
