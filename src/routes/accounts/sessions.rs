//! `/api/auth/sessions`.

use actix_web::{
    HttpResponse, delete, get,
    middleware::from_fn,
    web::{Data, Json, Path},
};
use entity::{SessionId, session::Sessions};

use super::response::SessionList;
use crate::{
    auth::{Principal, Revocations, Scoped, TokenSession, front_end_only},
    clock::Clock,
    http::problem::{
        Kind, Problem,
        responses::{Forbidden, Internal, NotAcceptable, NotFound, Unauthorized, Unavailable},
    },
};

/// Lists the user's sessions.
///
/// Includes the sessions of the front end if it shares the database.
#[utoipa::path(
    operation_id = "listSessions", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 200, description = "The user's sessions.", body = SessionList),
        Unauthorized, Forbidden, NotAcceptable, Internal, Unavailable
    )
)]
#[get("", wrap = "from_fn(front_end_only)")]
pub(crate) async fn list(
    caller: Principal,
    Scoped(sessions): Scoped<Sessions>,
    clock: Data<Clock>,
) -> Result<Json<SessionList>, Problem> {
    Ok(Json(SessionList::new(sessions.list(clock.now()).await?, caller.session().map(TokenSession::id))))
}

/// Revokes a session.
///
/// Revokes the session's tokens too. A token of the front end belongs to a session only if it has a `sid` claim; `DELETE /api/auth/sessions` revokes tokens without one.
#[utoipa::path(
    operation_id = "revokeSession", tag = "auth", security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id.")),
    responses(
        (status = 204, description = "The session and its tokens are revoked."),
        Unauthorized, Forbidden, NotFound, Internal, Unavailable
    )
)]
#[delete("/{id}", wrap = "from_fn(front_end_only)")]
pub(crate) async fn revoke(
    Scoped(sessions): Scoped<Sessions>,
    id: Path<String>,
    revocations: Data<Revocations>,
) -> Result<HttpResponse, Problem> {
    if !id.contains('\0') && revocations.apply_from(sessions.revoke(&SessionId::from(id.as_str())).await?) {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::new(Kind::NotFound))
    }
}

/// Revokes all sessions.
///
/// Revokes the current session too, and every token that was issued to the user so far.
#[utoipa::path(
    operation_id = "revokeAllSessions", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 204, description = "All sessions and tokens of the user are revoked."),
        Unauthorized, Forbidden, Internal, Unavailable
    )
)]
#[delete("", wrap = "from_fn(front_end_only)")]
pub(crate) async fn revoke_all(
    Scoped(sessions): Scoped<Sessions>,
    revocations: Data<Revocations>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let now = clock.now();
    revocations.apply_from(sessions.revoke_all(now, now + Revocations::MAX_TOKEN_LIFETIME).await?);
    Ok(HttpResponse::NoContent().finish())
}
