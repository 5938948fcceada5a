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

/// Log out.
///
/// Ends the presented token at once on every replica; with a token of the service's own, its session too.
#[utoipa::path(
    operation_id = "logOut", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 204, description = "The token is let in no more."),
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
        // none where its tokens have all ended, as far as the database knows
        Some(revoked) if !revoked.is_empty() => revoked,
        _ => sessions.revoke_token(principal.token_hash(), principal.revocation_expires_at()).await?,
    };
    revocations.apply(&revoked);
    Ok(HttpResponse::NoContent().finish())
}
