//! The sessions of the user: `list-sessions`, `revoke-session`, `revoke-other-sessions`, `revoke-sessions`.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use entity::session::Sessions;

use super::{
    body::Body,
    error::BetterAuthError,
    new_session::is_fresh,
    request::{Ignored, RevokeSession},
    response::{Session, Status},
    session_headers::signed_out,
};
use crate::{
    auth::{CurrentSession, Revocations, SessionCookies},
    clock::Clock,
    http::problem::{
        Problem,
        responses::{Forbidden, Internal, InvalidBody, NotAcceptable, Unauthorized, Unavailable},
    },
};

/// Lists the user's sessions with their tokens.
///
/// Needs a session of the last day.
#[utoipa::path(
    operation_id = "listUserSessions", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    responses(
        (status = 200, description = "The sessions that have not expired.", body = Vec<Session>),
        Unauthorized, Forbidden, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/list-sessions")]
pub(in crate::routes) async fn list(
    current: CurrentSession,
    clock: Data<Clock>,
) -> Result<Json<Vec<Session>>, Problem> {
    let now = clock.now();
    if !is_fresh(&current.session.session, now) {
        return Err(BetterAuthError::SessionNotFresh.into());
    }
    let sessions = current.scoped::<Sessions>().list_with_tokens(now).await?;
    Ok(Json(sessions.into_iter().map(|session| Session::new(session, &current.user.id)).collect()))
}

/// Revokes a session of the user.
///
/// An unknown token succeeds too.
#[utoipa::path(
    operation_id = "revokeUserSession", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    request_body = RevokeSession,
    responses(
        (status = 200, description = "The user has no such session any more.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[post("/revoke-session")]
pub(in crate::routes) async fn revoke(
    current: CurrentSession,
    revocations: Data<Revocations>,
    cookies: Data<SessionCookies>,
    Body(input): Body<RevokeSession>,
) -> Result<HttpResponse, Problem> {
    revocations.apply_from(current.scoped::<Sessions>().revoke_by_token(&input.token).await?);
    let is_current = input.token == current.session.token.expose();
    let mut response = if is_current { signed_out(&cookies) } else { HttpResponse::Ok() };
    Ok(response.json(Status::OK))
}

/// Revokes all other sessions of the user.
#[utoipa::path(
    operation_id = "revokeOtherSessions", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    responses(
        (status = 200, description = "The other sessions and their tokens are revoked.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[post("/revoke-other-sessions")]
pub(in crate::routes) async fn revoke_others(
    current: CurrentSession,
    revocations: Data<Revocations>,
    clock: Data<Clock>,
    _: Body<Ignored>,
) -> Result<Json<Status>, Problem> {
    let (now, kept) = (clock.now(), &current.session.session.id);
    let sessions = current.scoped::<Sessions>();
    revocations.apply_from(sessions.revoke_others(kept, now, now + Revocations::MAX_TOKEN_LIFETIME).await?);
    Ok(Json(Status::OK))
}

/// Revokes all sessions of the user, this one included.
#[utoipa::path(
    operation_id = "revokeSessions", tag = "better-auth", security(("session_cookie" = []), ("bearer" = [])),
    responses(
        (status = 200, description = "All sessions and tokens of the user are revoked.", body = Status),
        Unauthorized, Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[post("/revoke-sessions")]
pub(in crate::routes) async fn revoke_all(
    current: CurrentSession,
    revocations: Data<Revocations>,
    cookies: Data<SessionCookies>,
    clock: Data<Clock>,
    _: Body<Ignored>,
) -> Result<HttpResponse, Problem> {
    let now = clock.now();
    let sessions = current.scoped::<Sessions>();
    revocations.apply_from(sessions.revoke_all(now, now + Revocations::MAX_TOKEN_LIFETIME).await?);
    Ok(signed_out(&cookies).json(Status::OK))
}
