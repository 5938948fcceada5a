//! The credentials that a request can carry.

/// A credential that is verified without a database query. A further kind (an API key) is a further variant, with a branch of
/// its own in [`Authenticator::verify`](super::Authenticator::verify). `RequestCredential` reads it from a request.
#[derive(Clone, Copy)]
pub enum Credential<'c> {
    /// A JWT in compact form.
    Jwt(&'c str),
}

impl<'c> Credential<'c> {
    /// Classifies a bearer token. Every bearer token is a JWT.
    #[must_use]
    pub fn from_bearer(token: &'c str) -> Self {
        Self::Jwt(token)
    }
}

const SESSION_COOKIE: &str = "this is Better Auth's session cookie, not a JWT; `authClient.token()` returns a JWT";
const SESSION_TOKEN: &str = "this is a Better Auth session token, not a JWT; `authClient.token()` returns a JWT";
const SIGNED_SESSION_TOKEN: &str =
    "this is a Better Auth session token with its signature, not a JWT; `authClient.token()` returns a JWT";
const NO_TOKEN: &str = "there is no token: the client sent an empty or undefined variable";
const REFRESH_TOKEN: &str = "this looks like a refresh token, not an access token; send it to `POST /api/auth/refresh`";
const JSON: &str = "this is JSON, not a JWT; send the value of its `token` member only";
const QUOTED: &str = "the token is in quotes; send it without them";
const JWE: &str = "this is an encrypted token (JWE), as Auth.js (NextAuth) makes them; send a signed JWT";

/// Guesses what a text is that is not a JWT, for the log and `explain-token`.
pub(in crate::auth) fn identify_non_jwt(text: &str) -> Option<&'static str> {
    match text.as_bytes() {
        _ if text.contains("session_token=") => Some(SESSION_COOKIE),
        [] | b"null" | b"undefined" => Some(NO_TOKEN),
        [b'{', ..] => Some(JSON),
        [b'"' | b'\'', ..] => Some(QUOTED),
        _ if is_refresh_token(text) => Some(REFRESH_TOKEN),
        _ => identify_by_parts(&text.splitn(6, '.').collect::<Vec<_>>()),
    }
}

fn identify_by_parts(parts: &[&str]) -> Option<&'static str> {
    match parts {
        [token] if is_session_token(token) => Some(SESSION_TOKEN),
        [token, _signature] if is_session_token(token) => Some(SIGNED_SESSION_TOKEN),
        // a JWE (RFC 7516 §3.1), whose first part is a JSON object in base64url
        [header, _, _, _, _] if header.starts_with("eyJ") => Some(JWE),
        _ => None,
    }
}

/// Returns whether the text is 32 alphanumeric characters, as Better Auth's session tokens are.
fn is_session_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns whether the text is 64 bytes in base64url, as this service's refresh tokens are.
fn is_refresh_token(text: &str) -> bool {
    text.len() == 86 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
