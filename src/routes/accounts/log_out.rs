//! `POST /api/auth/logout`.

use actix_web::{HttpResponse, post, web::Data};
use entity::session::Sessions;

use crate::{
    auth::{Principal, Revocations, Scoped, TokenSession},
    http::problem::{
        Problem,
        responses::{Internal, Unauthorized, Unavailable},
    },
};

/// Logs out.
///
/// Revokes the access token on every replica. A token that this service issued ends its session too.
#[utoipa::path(
    operation_id = "logOut", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 204, description = "The token is revoked."),
        Unauthorized, Internal, Unavailable
    )
)]
#[post("")]
pub(crate) async fn log_out(
    principal: Principal,
    Scoped(sessions): Scoped<Sessions>,
    revocations: Data<Revocations>,
) -> Result<HttpResponse, Problem> {
    let session = match principal.session() {
        Some(TokenSession::Own(session)) => Some(session),
        _ => None,
    };
    let expires_at = principal.revocation_expires_at();
    revocations.apply_from(sessions.log_out(session, principal.token_hash(), expires_at).await?);
    Ok(HttpResponse::NoContent().finish())
}
