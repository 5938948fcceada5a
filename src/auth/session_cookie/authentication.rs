//! The session cookie as a credential for every route.

use actix_web::{HttpRequest, ResponseError, http::StatusCode, web::Data};
use entity::{Db, account::AccountStore};

use super::{current_session::principal_of, session_cache::SessionCache};
use crate::{
    auth::{bearer::invalid_credentials, principal::Principal, revocations::Revocations},
    clock::Clock,
    http::{
        TrustedOrigins,
        problem::{Kind, Problem},
    },
    telemetry::metrics::TOKEN_VERIFICATIONS,
};

/// Authenticates requests by the session cookie. Registered if `SESSION_COOKIE=on`.
pub(crate) struct CookieAuthentication {
    cache: SessionCache,
    origins: TrustedOrigins,
    revocations: Revocations,
    clock: Clock,
}

impl CookieAuthentication {
    pub(crate) fn new(origins: TrustedOrigins, revocations: Revocations, clock: Clock) -> Self {
        Self { cache: SessionCache::new(), origins, revocations, clock }
    }

    /// Returns the principal of a session. `token` is that of a cookie whose signature has been verified.
    ///
    /// # Errors
    ///
    /// 403 if an unsafe method (RFC 9110 §9.2.1) comes from a page that is not trusted; 401 if there is no such session.
    pub(in crate::auth) async fn authenticate(&self, request: &HttpRequest, token: &str) -> Result<Principal, Problem> {
        let result = self.verify(request, token).await;
        let outcome = match result.as_ref().map_err(ResponseError::status_code) {
            Ok(_) => "verified",
            Err(StatusCode::UNAUTHORIZED) => "no_session",
            Err(StatusCode::FORBIDDEN) => "untrusted_origin",
            Err(_) => "error",
        };
        TOKEN_VERIFICATIONS.inc(["session_cookie", outcome]);
        result
    }

    async fn verify(&self, request: &HttpRequest, token: &str) -> Result<Principal, Problem> {
        if !request.method().is_safe() && self.origins.check_origin(request).is_err() {
            return Err(Problem::new(Kind::Forbidden).with_detail("The page is not of an allowed origin."));
        }
        let principal = match self.cache.get(token, self.clock.now()) {
            Some(principal) => principal,
            None => self.load(request, token).await?,
        };
        if self.revocations.is_revoked(&principal) {
            return Err(invalid_credentials("the session has ended").with_cause("the session is revoked"));
        }
        Ok(principal)
    }

    async fn load(&self, request: &HttpRequest, token: &str) -> Result<Principal, Problem> {
        let db = request.app_data::<Data<Db>>();
        let db = db.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no database is registered"))?;
        let found = AccountStore::new(db.get_ref()).session_by_token(token).await?;
        let now = self.clock.now();
        let found = found.filter(|found| found.session.session.expires_at > now);
        let found = found.ok_or_else(|| invalid_credentials("the session has ended").with_cause("no such session"))?;
        let principal = principal_of(&found);
        self.cache.insert(token, principal.clone(), found.session.session.expires_at, now);
        Ok(principal)
    }
}
