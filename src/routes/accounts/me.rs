//! One's own account: who am I, another password, farewell.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json},
};
use entity::account::{Account, PasswordChange};

use super::{
    desk::Desk,
    dto::User,
    input::{ChangePasswordInput, DeleteAccountInput},
};
use crate::{
    accounts::password::Password,
    auth::{Mine, Principal, Revocations},
    limits::ClientAddress,
    problem::{Invalid, Problem, ValidJson},
};

/// Who am I?
///
/// The user as Better Auth keeps them in this database; else what the token says, and then the dates are null.
#[utoipa::path(
    operation_id = "getCurrentUser", tag = "auth", security(("bearer" = [])),
    responses((status = 200, description = "The caller.", body = User))
)]
#[get("")]
pub(crate) async fn me(caller: Principal, Mine(account): Mine<Account>) -> Result<Json<User>, Problem> {
    let profile = account.profile().await?;
    Ok(Json(profile.map_or_else(|| User::from(&caller), User::from)))
}

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
    Mine(account): Mine<Account>,
    address: ClientAddress,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<ChangePasswordInput>,
) -> Result<HttpResponse, Problem> {
    let from = checked(&account, &desk, (address, &caller), (input.current_password, "/current_password")).await?;
    let to = desk.hasher.hash(input.new_password.fit()?).await?.to_stored();
    let now = desk.clock.now();
    let change = PasswordChange { from, to, keep: caller.any_session().cloned() };
    let revoked = account.change_password(change, now, now + Revocations::LONGEST).await?;
    desk.revocations.heed(&revoked.ok_or_else(|| wrong("/current_password"))?);
    Ok(HttpResponse::NoContent().finish())
}

/// Close my account.
///
/// The user, their sessions and their tasks are gone at once.
#[utoipa::path(
    operation_id = "deleteAccount", tag = "auth", security(("bearer" = [])), request_body = DeleteAccountInput,
    responses((status = 204, description = "The account is gone, and the tasks with it."))
)]
#[delete("")]
pub(crate) async fn close(
    caller: Principal,
    Mine(account): Mine<Account>,
    address: ClientAddress,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<DeleteAccountInput>,
) -> Result<HttpResponse, Problem> {
    checked(&account, &desk, (address, &caller), (input.password, "/password")).await?;
    let now = desk.clock.now();
    let revoked = account.close(now, now + Revocations::LONGEST).await?;
    desk.revocations.heed(&revoked.ok_or_else(|| wrong("/password"))?);
    Ok(HttpResponse::NoContent().finish())
}

/// The stored form of the caller's password, if this is it.
async fn checked(
    account: &Account,
    desk: &Desk,
    (address, caller): (ClientAddress, &Principal),
    (password, pointer): (Password, &str),
) -> Result<String, Problem> {
    let user = caller.user_id().as_str();
    desk.limits.password(address, user)?;
    let stored = account.password_hash().await?;
    let is_right = desk.hasher.verify(password, stored.as_deref()).await?;
    if is_right {
        desk.limits.knew_password(address, user);
    }
    let stored = stored.ok_or_else(|| Problem::invalid(vec![Invalid::new(pointer, WITHOUT)]))?;
    if is_right { Ok(stored) } else { Err(wrong(pointer)) }
}

const WITHOUT: &str =
    "is not known: this account has no password here, since it signs in by other means; use the front end";

fn wrong(pointer: &str) -> Problem {
    Problem::invalid(vec![Invalid::new(pointer, "must be the present password")])
}
