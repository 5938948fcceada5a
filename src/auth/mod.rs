//! Authentication by credential alone, without a database query.

mod allowed_values;
mod authenticator;
mod bearer;
mod claims;
mod credential;
mod diagnosis;
mod error;
mod front_end_only;
mod jwks;
mod key_set_validation;
mod metrics;
mod oauth;
mod principal;
mod raw_claims;
mod request_credential;
mod revocations;
mod scoped;
mod session_cookie;
mod signing_keys;
mod user_id_claim;
mod validation;
mod verifier;
mod verifiers;

pub use self::{
    allowed_values::AllowedValues,
    authenticator::Authenticator,
    claims::{Claims, TokenSession, TokenTimes},
    credential::Credential,
    diagnosis::diagnose,
    error::TokenError,
    jwks::{KeySetMonitor, KeySetStatus},
    key_set_validation::KeySetValidation,
    oauth::OAuthValidation,
    principal::Principal,
    revocations::Revocations,
    scoped::Scoped,
    signing_keys::{KeyPairError, SigningKeyError, SigningKeys},
    user_id_claim::UserIdClaim,
    validation::Validation,
    verifier::{JwtVerifier, Verification, VerifyFuture},
    verifiers::{
        AccessTokenClaims, AccessTokens, Jwks, SharedSecret, SharedSecretClaims, SignedAccessTokens, self_test,
    },
};
pub(crate) use self::{
    bearer::{expired_token, invalid_credentials, normalize_authorization},
    front_end_only::front_end_only,
    request_credential::validate_credential,
    scoped::URI_COMPONENT,
    session_cookie::{CookieAuthentication, CurrentSession, Lifetime, PresentedSession, SessionCookies},
    verifiers::derive_key,
};
