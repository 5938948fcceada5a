//! `POST /api/auth/sign-out`.

use actix_web::{HttpResponse, post, web::Data};

use super::{body::Body, request::Ignored, response::Success, session_headers::signed_out};
use crate::{
    auth::{PresentedSession, SessionCookies},
    http::problem::{
        Problem,
        responses::{Forbidden, Internal, InvalidBody, NotAcceptable, Unavailable},
    },
    routes::accounts::{AccountServices, AnonymousClient},
};

/// Signs out.
///
/// Deletes the session, revokes its tokens on every replica and deletes the cookies. Without a session it only deletes the cookies.
#[utoipa::path(
    operation_id = "signOut", tag = "better-auth",
    responses(
        (status = 200, description = "There is no session any more.", body = Success),
        Forbidden, NotAcceptable, InvalidBody, Internal, Unavailable
    )
)]
#[post("/sign-out")]
pub(in crate::routes) async fn sign_out(
    presented: PresentedSession,
    AnonymousClient { accounts, .. }: AnonymousClient,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
    _: Body<Ignored>,
) -> Result<HttpResponse, Problem> {
    let session = match presented {
        PresentedSession::None => None,
        PresentedSession::Ended(session) => session,
        PresentedSession::Current(current) => Some(current.session),
    };
    if let Some(session) = session {
        services.revocations.apply_from(accounts.delete_session(session.token.expose()).await?);
    }
    Ok(signed_out(&cookies).json(Success { success: true, message: None }))
}
