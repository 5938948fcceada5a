//! `GET /api/auth/token` and `GET /api/auth/ok`.

use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::CurrentSession,
    http::problem::{
        Problem,
        responses::{Internal, NotAcceptable, Unauthorized, Unavailable},
    },
    routes::accounts::AccountServices,
};

/// An access token of this service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthToken)]
pub(super) struct Token {
    /// Send it as `Authorization: Bearer …`.
    token: String,
}

/// The service answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthOk)]
pub(super) struct OkResponse {
    ok: bool,
}

/// Returns an access token of the session.
#[utoipa::path(
    operation_id = "getToken", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    responses(
        (status = 200, description = "The access token. It is revoked with the session.", body = Token),
        Unauthorized, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/token")]
pub(in crate::routes) async fn token(
    current: CurrentSession,
    services: Data<AccountServices>,
) -> Result<Json<Token>, Problem> {
    let now = services.clock.now();
    let token = services.token_issuer.access_token(&current.session.session, &current.user, now)?;
    Ok(Json(Token { token }))
}

/// Returns that the service answers.
#[utoipa::path(
    operation_id = "ok", tag = "better-auth",
    responses((status = 200, description = "The service answers.", body = OkResponse), NotAcceptable, Internal)
)]
#[get("/ok")]
pub(in crate::routes) async fn ok() -> Json<OkResponse> {
    Json(OkResponse { ok: true })
}
