//! A JWT whose signature has not been verified.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::TokenHash;
use serde::Deserialize;

use super::{
    error::TokenFormatError,
    json::{is_present, non_null, parse_object},
};

/// The largest token that is read. A Better Auth token with a whole user record has about 1 KiB.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A JWT in compact form, before its signature is verified. Its header may be read to choose a verifier and a key; the
/// payload is returned only by a successful verification.
pub struct UnverifiedToken<'t> {
    token: &'t str,
    header: Header,
    signed: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// The header parameters that choose a verifier and a key. Unknown ones are ignored (RFC 7515 §4).
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
    /// Splits a token and parses its header.
    ///
    /// # Errors
    ///
    /// [`TokenFormatError`] if the text is not a JWT in compact form, is too long, or needs an extension.
    pub fn parse(token: &'t str) -> Result<Self, TokenFormatError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenFormatError::TooLong(token.len()));
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenFormatError::WrongPartCount(token.split('.').count()));
        };
        let signed = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        Ok(Self { token, header: Header::parse(header)?, signed, payload, signature })
    }

    /// Returns `alg`.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.header.alg
    }

    /// Returns `typ`.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.header.typ.as_deref()
    }

    /// Returns whether `typ` is absent or `JWT`, so that the token is of no specific type (RFC 8725 §3.11).
    pub(crate) fn is_generic_jwt(&self) -> bool {
        self.media_type().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"))
    }

    /// Returns `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Returns the hash of the whole token, the signature included.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::new(self.token)
    }

    /// Returns the header and the payload, as signed. A revocation identifies a token by these: anybody can derive a
    /// second valid signature from an ECDSA signature.
    pub(crate) fn signed_part(&self) -> &'t str {
        self.signed
    }

    /// Returns the payload if `verify` accepts the signature (RFC 7515 §5.2).
    pub(crate) fn verify_with(&self, verify: impl FnOnce(&[u8], &[u8]) -> bool) -> Option<Vec<u8>> {
        let signature = BASE64_URL_SAFE_NO_PAD.decode(self.signature).ok()?;
        if verify(self.signed.as_bytes(), &signature) { BASE64_URL_SAFE_NO_PAD.decode(self.payload).ok() } else { None }
    }

    /// Returns the payload if one of `keys` verifies the signature. The algorithm is that of the key, never the token's.
    pub(crate) fn verify_hmac(&self, keys: &[hmac::Key]) -> Option<Vec<u8>> {
        self.verify_with(|signed, tag| keys.iter().any(|key| hmac::verify(key, signed, tag).is_ok()))
    }
}

impl Header {
    fn parse(encoded: &str) -> Result<Self, TokenFormatError> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(encoded);
        let json = json.map_err(|_malformed| TokenFormatError::HeaderEncoding)?;
        match parse_object(&json) {
            Ok(Self { crit: true, .. }) => Err(TokenFormatError::UnsupportedExtension("crit")),
            Ok(Self { b64: true, .. }) => Err(TokenFormatError::UnsupportedExtension("b64")),
            Ok(header) => Ok(header),
            Err(_) => Err(TokenFormatError::HeaderJson),
        }
    }
}
