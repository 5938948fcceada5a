//! `GET /api/auth/get-session`.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, get,
    http::header::{HeaderName, HeaderValue},
    web::Data,
};
use chrono::{DateTime, SubsecRound, Utc};
use entity::account::AccountStore;

use super::{
    error::BetterAuthError,
    new_session::extended_expiry,
    response::{Session, SessionAndUser},
    session_headers::{set_session, signed_out},
};
use crate::{
    auth::{CurrentSession, Lifetime, PresentedSession, SessionCookies},
    http::problem::{
        Problem,
        responses::{Internal, NotAcceptable, Unauthorized, Unavailable},
    },
    routes::accounts::{AccountServices, AnonymousClient},
};

/// An access token of this service, for `Authorization: Bearer`.
const SET_AUTH_JWT: HeaderName = HeaderName::from_static("set-auth-jwt");

/// Returns the session and its user, or null.
///
/// Extends the session once a day, unless it ends with the browser's. The header `set-auth-jwt` has an access token.
#[utoipa::path(
    operation_id = "getSession", tag = "better-auth",
    params(
        ("disableRefresh" = Option<String>, Query, description = "If not empty, the session is not extended."),
        ("disableCookieCache" = Option<String>, Query, description = "Ignored: there is no cookie cache."),
    ),
    responses(
        (status = 200, description = "The session and its user; null if there is none.", body = Option<SessionAndUser>),
        Unauthorized, NotAcceptable, Internal, Unavailable
    )
)]
#[get("/get-session")]
pub(in crate::routes) async fn get_session(
    request: HttpRequest,
    presented: PresentedSession,
    AnonymousClient { accounts, .. }: AnonymousClient,
    services: Data<AccountServices>,
    cookies: Data<SessionCookies>,
) -> Result<HttpResponse, Problem> {
    let mut current = match presented {
        PresentedSession::None => return Ok(HttpResponse::Ok().json(())),
        PresentedSession::Ended(expired) => {
            if let Some(expired) = expired {
                services.revocations.apply_from(accounts.delete_session(expired.token.expose()).await?);
            }
            return Ok(signed_out(&cookies).json(()));
        }
        PresentedSession::Current(current) => current,
    };
    let now = services.clock.now().trunc_subsecs(3);
    let mut response = HttpResponse::Ok();
    if !is_refresh_disabled(&request) && extend(&mut current, &accounts, &cookies, &request, now).await? {
        set_session(&mut response, &cookies, &current.session.token, Lifetime::Remembered, &request);
    }
    add_access_token(&mut response, &services, &current, now)?;
    let session = Session::new(current.session, &current.user.id);
    Ok(response.json(SessionAndUser { session, user: current.user.into() }))
}

/// Extends a session that is due, and returns whether it was.
async fn extend(
    current: &mut CurrentSession,
    accounts: &AccountStore,
    cookies: &SessionCookies,
    request: &HttpRequest,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let session = &mut current.session.session;
    let is_remembered = cookies.lifetime(request.headers()) == Lifetime::Remembered;
    let Some(expires_at) = extended_expiry(session, now).filter(|_| is_remembered) else { return Ok(false) };
    if !accounts.extend_session(&session.id, expires_at, now).await? {
        return Err(BetterAuthError::FailedToGetSession.into());
    }
    (session.expires_at, session.updated_at) = (expires_at, now);
    Ok(true)
}

fn add_access_token(
    response: &mut HttpResponseBuilder,
    services: &AccountServices,
    current: &CurrentSession,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let token = services.token_issuer.access_token(&current.session.session, &current.user, now)?;
    if let Ok(token) = HeaderValue::from_str(&token) {
        response.insert_header((SET_AUTH_JWT, token));
    }
    Ok(())
}

fn is_refresh_disabled(request: &HttpRequest) -> bool {
    request.query_string().split('&').any(|pair| pair.starts_with("disableRefresh=") && !pair.ends_with('='))
}
