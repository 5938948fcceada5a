//! A token as it was sent: its header can be looked at, its payload only be proven.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::TokenHash;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;

use super::{
    error::TokenFormatError,
    json::{is_present, non_null, parse_object},
};

/// The largest token: with a user's whole record in it, a Better Auth token has about 1 KiB.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A JWT in compact form of which nothing is proven. Nothing in it may be believed but that it says so.
pub struct UnverifiedToken<'t> {
    token: &'t str,
    header: Header,
    signed: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// What decides which door a token belongs to. Members that are not known here are ignored (RFC 7515 §4).
#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "non_null")]
    typ: Option<String>,
    #[serde(default, deserialize_with = "non_null")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
    #[serde(default, deserialize_with = "is_present")]
    b64: bool,
}

impl<'t> UnverifiedToken<'t> {
    /// Reads the form of a token, and of its header what can be read before anything is proven.
    ///
    /// # Errors
    ///
    /// The [`TokenFormatError`] for which it can't be a token that any door lets in.
    pub fn parse(token: &'t str) -> Result<Self, TokenFormatError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenFormatError::TooLong(token.len()));
        }
        let mut parts = token.splitn(3, '.');
        let (Some(header), Some(payload), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(TokenFormatError::NotAJwt(identify_credential(token)));
        };
        if signature.contains('.') {
            return Err(TokenFormatError::NotAJwt("not a JWT: it has more than three parts"));
        }
        let signed = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        Ok(Self { token, header: Header::parse(token)?, signed, payload, signature })
    }

    /// The algorithm that the token names.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.header.alg
    }

    /// The media type that the token names, if any.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.header.typ.as_deref()
    }

    /// Whether the token is of no special kind (RFC 8725 §3.11): without a media type, or a `JWT`.
    pub(crate) fn is_generic_jwt(&self) -> bool {
        self.media_type().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"))
    }

    /// The key that the token names, if any.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// What a verdict on it is kept by: no other token, and none with another signature, has this hash.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::new(self.token)
    }

    /// What it is revoked by: what was signed, for of one ECDSA signature anybody can make another.
    pub(crate) fn signed_hash(&self) -> TokenHash {
        TokenHash::new(self.signed)
    }

    /// The payload, if the signature (RFC 7515 §5.2) of what was signed `verifies`.
    pub(crate) fn verify_with(&self, verifies: impl FnOnce(&[u8], &[u8]) -> bool) -> Option<Vec<u8>> {
        let signature = BASE64_URL_SAFE_NO_PAD.decode(self.signature).ok()?;
        if verifies(self.signed.as_bytes(), &signature) {
            BASE64_URL_SAFE_NO_PAD.decode(self.payload).ok()
        } else {
            None
        }
    }

    /// The payload, if one of `keys` made the signature by `algorithm`, which is the door's and never the token's choice.
    pub(crate) fn verify_hmac(&self, keys: &[DecodingKey], algorithm: Algorithm) -> Option<Vec<u8>> {
        let verifies = |key| crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm).unwrap_or(false);
        if keys.iter().any(verifies) { BASE64_URL_SAFE_NO_PAD.decode(self.payload).ok() } else { None }
    }
}

impl Header {
    fn parse(token: &str) -> Result<Self, TokenFormatError> {
        let Ok(json) = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap_or_default()) else {
            let why = identify_wrapping(token).unwrap_or("not a JWT: its header is not base64url without padding");
            return Err(TokenFormatError::NotAJwt(why));
        };
        let Ok(header) = parse_object::<Self>(&json) else {
            let why = identify_wrapping(token).unwrap_or("not a JWT: its header is not a JSON object with an alg");
            return Err(TokenFormatError::NotAJwt(why));
        };
        match header {
            Self { crit: true, .. } => Err(TokenFormatError::Critical("crit")),
            Self { b64: true, .. } => Err(TokenFormatError::Critical("b64")),
            header => Ok(header),
        }
    }
}

const SESSION_COOKIE: &str = "this is Better Auth's cookie, not a JWT: `authClient.token()` fetches one";

/// What a credential that is no JWT most likely is.
fn identify_credential(token: &str) -> &'static str {
    let is_id = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match token.split_once('.') {
        None if is_id(token) => "this is a Better Auth session token, not a JWT: `authClient.token()` fetches one",
        Some((id, _)) if is_id(id) => {
            "this is a Better Auth session token with its signature, not a JWT: `authClient.token()` fetches one"
        }
        None if matches!(token, "" | "null" | "undefined") => {
            "there is no token: the front end sent what it had none in"
        }
        None if is_refresh_token(token) => "this looks like a refresh token: `POST /api/auth/refresh` takes it",
        _ if token.contains("session_token=") => SESSION_COOKIE,
        _ => "not a JWT: it has fewer than three parts",
    }
}

/// 64 octets in base64url.
fn is_refresh_token(text: &str) -> bool {
    text.len() == 86 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What a JWT whose header can't be read most likely is wrapped in.
fn identify_wrapping(token: &str) -> Option<&'static str> {
    match token.bytes().next() {
        Some(b'{') => Some("not a JWT but JSON: send the value of its `token` alone"),
        Some(b'"' | b'\'') => Some("not a JWT: it is in quotes"),
        _ => token.contains("session_token=").then_some(SESSION_COOKIE),
    }
}
