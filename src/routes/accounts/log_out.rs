//! `POST /api/auth/logout`.

use actix_web::{HttpResponse, post, web::Data};
use entity::session::Sessions;

use crate::{
    auth::{Presented, Revocations, Scoped},
    http::problem::Problem,
};

/// Log out.
///
/// Ends the presented token at once on every replica; with a token of the service's own, its session too.
#[utoipa::path(
    operation_id = "logOut", tag = "auth", security(("bearer" = [])),
    responses((status = 204, description = "The token is let in no more."))
)]
#[post("")]
pub(crate) async fn log_out(
    presented: Presented,
    Scoped(sessions): Scoped<Sessions>,
    revocations: Data<Revocations>,
) -> Result<HttpResponse, Problem> {
    let with_session = match &presented.session {
        Some(session) => sessions.revoke(session).await?,
        None => None,
    };
    let revoked = match with_session {
        // none where its tokens have all ended, as far as the database knows
        Some(revoked) if !revoked.is_empty() => revoked,
        _ => sessions.revoke_token(presented.hash, presented.until).await?,
    };
    revocations.apply(&revoked);
    Ok(HttpResponse::NoContent().finish())
}
