//! Authentication by credential alone, without a database query.

mod authenticator;
mod bearer;
mod claims;
mod credential;
mod diagnosis;
mod error;
mod jwks;
mod principal;
mod request_credential;
mod revocations;
mod scoped;
mod session_cookie;
mod validation;
mod verifier;
mod verifiers;

pub use self::{
    authenticator::Authenticator,
    claims::{Claims, TokenSession, TokenTimes},
    credential::Credential,
    diagnosis::diagnose,
    error::TokenError,
    jwks::{KeySetMonitor, KeySetStatus},
    principal::Principal,
    revocations::Revocations,
    scoped::Scoped,
    validation::Validation,
    verifier::{JwtVerifier, Verification, VerifyFuture},
    verifiers::{AccessTokenClaims, AccessTokens, Jwks, SharedSecret, SharedSecretClaims, self_test},
};
pub(crate) use self::{
    bearer::{invalid_credentials, normalize_authorization},
    request_credential::validate_credential,
    session_cookie::{CookieAuthentication, CurrentSession, Lifetime, PresentedSession, SessionCookies},
    verifiers::derive_key,
};
