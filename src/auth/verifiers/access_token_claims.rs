//! The claims of this service's access tokens, whatever signs them.

use serde::Serialize;

/// Distinguishes these tokens from all others under the same secret or key.
pub(super) const MEDIA_TYPE: &str = "at+jwt";

/// The claims of an access token.
#[derive(Debug, Clone, Serialize)]
pub struct AccessTokenClaims {
    /// The user's id.
    pub sub: String,
    /// The e-mail address.
    pub email: String,
    /// The display name.
    pub name: String,
    /// The session that the token belongs to and is revoked with.
    pub sid: String,
    /// The token's id.
    pub jti: String,
    /// When the token is issued, in seconds since 1970.
    pub iat: i64,
    /// When the token expires, in seconds since 1970.
    pub exp: i64,
}
