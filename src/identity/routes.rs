//! The operations. A handler sees the caller and the caller's account, and neither a token nor a connection.

use actix_web::{get, web::Json};
use entity::account::Account;

use super::dto::User;
use crate::{
    auth::{Mine, Principal},
    problem::Problem,
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
