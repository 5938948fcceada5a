//! The session that authenticates a request of Better Auth's client, as an extractor.

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::Data,
};
use chrono::{DateTime, Utc};
use entity::{
    Db, OwnerScoped, SessionId,
    account::{AccountStore, Profile, SessionUser},
    session::SessionWithToken,
};
use futures_util::{FutureExt, future::LocalBoxFuture};
use percent_encoding::percent_decode_str;

use super::cookies::SessionCookies;
use crate::{
    auth::{
        authenticator::Authenticator,
        bearer::session_required,
        claims::{Claims, TokenSession, TokenTimes},
        credential::Credential,
        principal::Principal,
    },
    clock::Clock,
    http::problem::{Kind, Problem},
    telemetry::{SubjectFingerprint, metrics::TOKEN_VERIFICATIONS},
};

/// A request's session, which has not expired. A request without one answers 401.
pub(crate) struct CurrentSession {
    pub(crate) session: SessionWithToken,
    pub(crate) user: Profile,
    principal: Principal,
    db: Db,
}

/// The session that a request names, if any. The credential is genuine; the session may be gone.
pub(crate) enum PresentedSession {
    /// The request has no credential of a session.
    None,
    /// The session does not exist, or has expired and still exists.
    Ended(Option<SessionWithToken>),
    /// The session is current.
    Current(Box<CurrentSession>),
}

/// How a request names its session.
enum SessionKey {
    Token(String),
    Id(SessionId),
}

impl CurrentSession {
    /// Returns the user as the principal of the request.
    pub(crate) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Returns the rows of the user.
    pub(crate) fn scoped<T: OwnerScoped>(&self) -> T {
        T::scoped_to(self.principal.owner(), self.db.clone())
    }

    fn new(found: SessionUser, db: Db) -> Self {
        let principal = principal_of(&found);
        let SessionUser { session, user } = found;
        Self { session, user, principal, db }
    }
}

impl FromRequest for CurrentSession {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            match PresentedSession::find(&request).await? {
                PresentedSession::Current(session) => Ok(*session),
                PresentedSession::Ended(_) => Err(ended(&request)),
                PresentedSession::None => Err(session_required()),
            }
        }
        .boxed_local()
    }
}

impl FromRequest for PresentedSession {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { Self::find(&request).await }.boxed_local()
    }
}

impl PresentedSession {
    async fn find(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(key) = session_key(request).await? else { return Ok(Self::None) };
        let db = shared::<Db>(request)?.get_ref().clone();
        let accounts = AccountStore::new(&db);
        let found = match &key {
            SessionKey::Token(token) => accounts.session_by_token(token).await?,
            SessionKey::Id(id) => accounts.session_by_id(id).await?,
        };
        let now = shared::<Clock>(request)?.now();
        let is_current = found.as_ref().is_some_and(|found| found.session.session.expires_at > now);
        TOKEN_VERIFICATIONS.inc(["session_cookie", if is_current { "verified" } else { "no_session" }]);
        Ok(match found {
            Some(found) if is_current => {
                if SubjectFingerprint::is_shown() {
                    request.extensions_mut().insert(SubjectFingerprint::new(found.user.id.as_str()));
                }
                Self::Current(Box::new(CurrentSession::new(found, db)))
            }
            found => Self::Ended(found.map(|found| found.session)),
        })
    }
}

/// Returns the problem of a session that has ended. It deletes the cookies.
fn ended(request: &HttpRequest) -> Problem {
    let cookies = shared::<SessionCookies>(request);
    let fields = cookies.iter().flat_map(|cookies| cookies.clear());
    fields.fold(session_required(), |problem, field| problem.with_header(header::SET_COOKIE, field))
}

/// A bearer token that names no session leaves the decision to the cookie, as in Better Auth.
async fn session_key(request: &HttpRequest) -> Result<Option<SessionKey>, Problem> {
    let cookies = shared::<SessionCookies>(request)?;
    if let Some(token) = bearer_token(request.headers())
        && let Some(key) = bearer_key(request, &cookies, token).await?
    {
        return Ok(Some(key));
    }
    Ok(cookies.session_token(request.headers()).map(SessionKey::Token))
}

/// Reads a session token, a signed session token, percent-encoded or not, or an access token of this service.
async fn bearer_key(
    request: &HttpRequest,
    cookies: &SessionCookies,
    token: &str,
) -> Result<Option<SessionKey>, Problem> {
    if !token.contains('.') {
        return Ok((!token.is_empty() && !token.contains('%')).then(|| SessionKey::Token(token.to_owned())));
    }
    if let Ok(decoded) = percent_decode_str(token).decode_utf8()
        && let Some(token) = cookies.verify(&decoded)
    {
        return Ok(Some(SessionKey::Token(token.to_owned())));
    }
    let authenticator = shared::<Authenticator>(request)?;
    Ok(match authenticator.authenticate(Credential::from_bearer(token)).await {
        Ok(principal) => match principal.session() {
            Some(TokenSession::Own(id)) => Some(SessionKey::Id(id.clone())),
            _ => None,
        },
        Err(_) => None,
    })
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token.trim())
}

/// Returns the user of a session that its client has proved.
pub(super) fn principal_of(SessionUser { session, user }: &SessionUser) -> Principal {
    Principal::new(claims(session, user), session.token.expose())
}

/// The claims that a token of the session would have.
#[expect(clippy::cast_precision_loss, reason = "seconds until the year 9999 are exact in an f64")]
fn claims(SessionWithToken { session, .. }: &SessionWithToken, user: &Profile) -> Claims {
    let seconds = |instant: DateTime<Utc>| instant.timestamp() as f64;
    Claims {
        subject: user.id.clone(),
        email: Some(user.email.clone()),
        name: Some(user.name.clone()),
        email_verified: Some(user.email_verified),
        image: user.image.clone(),
        role: None,
        active_organization_id: None,
        oauth_client: None,
        times: TokenTimes {
            expires: seconds(session.expires_at),
            not_before: None,
            issued: Some(seconds(session.created_at)),
        },
        session: Some(TokenSession::Own(session.id.clone())),
    }
}

fn shared<T: 'static>(request: &HttpRequest) -> Result<Data<T>, Problem> {
    let missing = || Problem::new(Kind::Internal).with_cause("a service of the session routes is not registered");
    request.app_data::<Data<T>>().cloned().ok_or_else(missing)
}
