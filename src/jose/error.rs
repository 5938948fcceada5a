//! Why a text is not a token that any verifier can read.

/// Why a text is not a JWT whose header can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFormatError {
    /// The token is longer than [`MAX_TOKEN_BYTES`](super::MAX_TOKEN_BYTES).
    #[error("the token has {0} octets, more than the 16384 that are read")]
    TooLong(usize),
    /// The text is not a JWT in compact form (RFC 7519 §3).
    #[error("{0}")]
    NotAJwt(&'static str),
    /// The header has critical parameters (RFC 7515 §4.1.11, RFC 7797).
    #[error("the header has `{0}`, and no extension is supported")]
    Critical(&'static str),
}
