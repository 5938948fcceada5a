//! Authentication by credential alone, without a database query.

mod authenticator;
mod bearer;
mod claims;
mod credential;
mod diagnosis;
mod error;
mod jwks;
mod principal;
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
    bearer::{invalid_credentials, normalize_authorization, validate_bearer},
    session_cookie::{CurrentSession, Lifetime, PresentedSession, SessionCookies},
    verifiers::derive_key,
};
