//! A key pair.

use std::fmt;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// A stored key pair.
#[derive(Debug)]
pub struct StoredSigningKey {
    /// The id, which is `kid` of the tokens.
    pub id: String,
    /// The public JWK without `alg` and `kid`, as JSON.
    pub public_key: String,
    /// The private key.
    pub private_key: PrivateKeyText,
    /// When the key was created.
    pub created_at: DateTime<Utc>,
    /// When the key stops signing.
    pub expires_at: Option<DateTime<Utc>>,
    /// The algorithm. Better Auth stores it since version 1.7.
    pub algorithm: Option<String>,
}

/// An Ed25519 key pair to store.
#[derive(Debug)]
pub struct NewSigningKey {
    /// The public JWK without `alg` and `kid`, as JSON.
    pub public_key: String,
    /// The private key.
    pub private_key: PrivateKeyText,
    /// When the key was created.
    pub created_at: DateTime<Utc>,
    /// When the key stops signing.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A private key as Better Auth stores it: JSON, encrypted unless Better Auth is configured not to. Zeroized on drop.
#[derive(Clone)]
pub struct PrivateKeyText(Zeroizing<String>);

impl PrivateKeyText {
    /// Returns the stored text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for PrivateKeyText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for PrivateKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyText(***)")
    }
}
