//! Better Auth's encryption of private keys: XChaCha20-Poly1305 under the SHA-256 hash of a secret.

use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::config::{Secret, Secrets};

const NONCE_BYTES: usize = 24;

/// Precedes the version of a secret of `BETTER_AUTH_SECRETS`, as in `$ba$2$…`.
const VERSIONED_PREFIX: &str = "$ba$";

/// Encrypts a text as Better Auth does. Returns `None` if the system provides no random numbers.
pub(super) fn encrypt(text: &str, secret: &Secret) -> Option<String> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).ok()?;
    let ciphertext = cipher(secret).encrypt(&XNonce::from(nonce), text.as_bytes()).ok()?;
    let sealed = hex::encode([nonce.as_slice(), &ciphertext].concat());
    Some(secret.version().map_or_else(|| sealed.clone(), |version| format!("{VERSIONED_PREFIX}{version}${sealed}")))
}

/// Decrypts a text, or returns `None` if no secret does. The version is not read: a wrong secret does not decrypt.
pub(super) fn decrypt(text: &str, secrets: &Secrets) -> Option<Zeroizing<String>> {
    let sealed = match text.strip_prefix(VERSIONED_PREFIX) {
        Some(versioned) => versioned.split_once('$')?.1,
        None => text,
    };
    let bytes = hex::decode(sealed).ok()?;
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES)?;
    let nonce = XNonce::try_from(nonce).ok()?;
    let decrypted = secrets.iter().find_map(|secret| cipher(secret).decrypt(&nonce, ciphertext).ok())?;
    String::from_utf8(decrypted).ok().map(Zeroizing::new)
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    let key = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(secret.expose())));
    XChaCha20Poly1305::new(<&Key>::from(&*key))
}
