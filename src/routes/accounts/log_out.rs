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
    let with_session = match principal.session() {
        Some(TokenSession::Own(session)) => sessions.revoke(session).await?,
        _ => None,
    };
    let revoked = match with_session {
        // empty if all tokens of the session have expired according to the database
        Some(revoked) if !revoked.is_empty() => revoked,
        _ => sessions.revoke_token(principal.token_hash(), principal.revocation_expires_at()).await?,
    };
    revocations.apply(&revoked);
    Ok(HttpResponse::NoContent().finish())
}
