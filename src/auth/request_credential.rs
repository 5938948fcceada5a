//! The credential of a request, as an extractor: a bearer token, or the session cookie where it is enabled.

use std::future::{Ready, ready};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    dev::{Payload, ServiceRequest},
    http::header,
    web::Data,
};
use actix_web_httpauth::extractors::bearer::BearerAuth;
use opentelemetry::trace::SpanBuilder;

use super::{
    authenticator::Authenticator,
    bearer::rejection,
    credential::Credential,
    error::TokenError,
    principal::Principal,
    session_cookie::{CookieAuthentication, SessionCookies},
};
use crate::{
    http::problem::{Kind, Problem},
    telemetry::{SubjectFingerprint, traces::Span},
};

/// What a request is authenticated by.
pub(crate) enum RequestCredential {
    /// A bearer token (RFC 6750).
    Bearer(BearerAuth),
    /// The session token of a cookie whose signature is genuine.
    SessionCookie(String),
}

impl RequestCredential {
    /// Returns the name of the verification in traces.
    fn verification(&self) -> &'static str {
        match self {
            Self::Bearer(_) => "verify token",
            Self::SessionCookie(_) => "verify session cookie",
        }
    }
}

impl FromRequest for RequestCredential {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let Some(token) = session_token(request) else {
            let bearer = BearerAuth::from_request(request, payload).into_inner();
            return ready(bearer.map(Self::Bearer).map_err(Error::from));
        };
        if request.headers().contains_key(header::AUTHORIZATION) {
            return ready(Err(rejection(&TokenError::MultipleCredentials).into()));
        }
        ready(Ok(Self::SessionCookie(token)))
    }
}

/// Returns the token of the session cookie, if cookies authenticate every route.
fn session_token(request: &HttpRequest) -> Option<String> {
    request.app_data::<Data<CookieAuthentication>>()?;
    request.app_data::<Data<SessionCookies>>()?.session_token(request.headers())
}

/// Verifies the credential and adds the [`Principal`] to the request. A validator for `HttpAuthentication`.
pub(crate) async fn validate_credential(
    request: ServiceRequest,
    credential: RequestCredential,
) -> Result<ServiceRequest, (Error, ServiceRequest)> {
    let span = Span::child(|| SpanBuilder::from_name(credential.verification()));
    match span.run(authenticate(&request, credential)).await {
        Ok(principal) => {
            if SubjectFingerprint::is_shown() {
                request.extensions_mut().insert(SubjectFingerprint::new(principal.user_id().as_str()));
            }
            request.extensions_mut().insert(principal);
            Ok(request)
        }
        Err(problem) => Err((problem.into(), request)),
    }
}

async fn authenticate(request: &ServiceRequest, credential: RequestCredential) -> Result<Principal, Problem> {
    let authenticator = request.app_data::<Data<Authenticator>>();
    let authenticator =
        authenticator.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no authenticator is registered"))?;
    match credential {
        RequestCredential::Bearer(bearer) => {
            authenticator.authenticate(Credential::from_bearer(bearer.token())).await.map_err(|error| rejection(&error))
        }
        RequestCredential::SessionCookie(token) => {
            let cookies = request.app_data::<Data<CookieAuthentication>>();
            let cookies =
                cookies.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no session cache is registered"))?;
            cookies.authenticate(request.request(), &token).await
        }
    }
}
