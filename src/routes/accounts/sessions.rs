//! `/api/auth/sessions`.

use actix_web::{
    HttpResponse, delete, get,
    web::{Data, Json, Path},
};
use entity::{SessionId, session::Sessions};

use super::response::SessionList;
use crate::{
    auth::{Principal, Revocations, Scoped, TokenSession},
    clock::Clock,
    http::problem::{
        Kind, Problem,
        responses::{Internal, NotAcceptable, NotFound, Unauthorized, Unavailable},
    },
};

/// List my sessions.
///
/// Those that were opened at the front end too, where it shares the database.
#[utoipa::path(
    operation_id = "listSessions", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 200, description = "The caller's sessions.", body = SessionList),
        Unauthorized, NotAcceptable, Internal, Unavailable
    )
)]
#[get("")]
pub(crate) async fn list(
    caller: Principal,
    Scoped(sessions): Scoped<Sessions>,
    clock: Data<Clock>,
) -> Result<Json<SessionList>, Problem> {
    Ok(Json(SessionList::new(sessions.list(clock.now()).await?, caller.session().map(TokenSession::id))))
}

/// End one of my sessions.
///
/// A token that the front end issued ends with its session if it names it (`sid`); `DELETE /api/auth/sessions` ends the others too.
#[utoipa::path(
    operation_id = "revokeSession", tag = "auth", security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id.")),
    responses(
        (status = 204, description = "The session has ended, and the tokens that were given in it are let in no more."),
        Unauthorized, NotFound, Internal, Unavailable
    )
)]
#[delete("/{id}")]
pub(crate) async fn revoke(
    Scoped(sessions): Scoped<Sessions>,
    id: Path<String>,
    revocations: Data<Revocations>,
) -> Result<HttpResponse, Problem> {
    let nothing = || Problem::new(Kind::NotFound);
    if id.contains('\0') {
        return Err(nothing());
    }
    revocations.apply(&sessions.revoke(&SessionId::from(id.as_str())).await?.ok_or_else(nothing)?);
    Ok(HttpResponse::NoContent().finish())
}

/// End all my sessions.
///
/// The present one too, and every token of the caller that was issued up to now.
#[utoipa::path(
    operation_id = "revokeAllSessions", tag = "auth", security(("bearer" = [])),
    responses(
        (status = 204, description = "All tokens of the caller are let in no more."),
        Unauthorized, Internal, Unavailable
    )
)]
#[delete("")]
pub(crate) async fn revoke_all(
    Scoped(sessions): Scoped<Sessions>,
    revocations: Data<Revocations>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let now = clock.now();
    revocations.apply(&sessions.revoke_all(now, now + Revocations::MAX_TOKEN_LIFETIME).await?);
    Ok(HttpResponse::NoContent().finish())
}
