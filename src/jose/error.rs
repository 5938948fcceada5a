//! Why a text is not a JWT that can be verified.

/// Why a text is not a JWT whose header can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFormatError {
    /// The token is longer than [`MAX_TOKEN_BYTES`](super::MAX_TOKEN_BYTES).
    #[error("the token has {0} bytes; the limit is 16384")]
    TooLong(usize),
    /// A JWT in compact form has three parts (RFC 7519 §3).
    #[error("not a JWT: expected 3 parts separated by dots, found {0}")]
    WrongPartCount(usize),
    /// The credential has characters outside ASCII.
    #[error("not a JWT: it has characters outside ASCII")]
    NotAscii,
    /// The header is not base64url without padding (RFC 7515 §2).
    #[error("not a JWT: the header is not base64url without padding")]
    HeaderEncoding,
    /// The header is not a JSON object, or a parameter is missing or has the wrong type.
    #[error("not a JWT: the header is not a JSON object with a string `alg`")]
    HeaderJson,
    /// The header has a parameter that asks for an extension (RFC 7515 §4.1.11, RFC 7797).
    #[error("the header has `{0}`; no extension is supported")]
    UnsupportedExtension(&'static str),
}
