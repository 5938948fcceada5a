//! Stored password hashes in Better Auth's format: scrypt, `salt:key` in lower-case hexadecimal.

use std::fmt;

use aws_lc_rs::constant_time;
use base16ct::lower;
use scrypt::{Params, scrypt};
use zeroize::Zeroizing;

use super::policy::Password;

/// N = 2^14, r = 16, p = 1: 32 MiB.
const LOG_N: u8 = 14;
const R: u32 = 16;
const P: u32 = 1;

type Salt = [u8; 16];
type Key = [u8; 64];

/// A salt, and the key that scrypt derives from a password and this salt.
#[derive(Clone)]
pub struct PasswordHash {
    salt: Salt,
    key: Key,
}

impl PasswordHash {
    /// Parses the stored format. Everything else is `None`, upper-case digits included: Better Auth compares text.
    #[must_use]
    pub fn parse(encoded: &str) -> Option<Self> {
        let (salt, key) = encoded.split_once(':')?;
        Some(Self { salt: decode_hex(salt)?, key: decode_hex(key)? })
    }

    /// Returns the stored format.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}:{}", lower::encode_string(&self.salt), lower::encode_string(&self.key))
    }

    /// Hashes a password with a random salt.
    pub(super) fn new(password: &Password) -> Self {
        let mut salt = Salt::default();
        getrandom::fill(&mut salt).expect("the system provides random numbers");
        Self::with_salt(salt, password)
    }

    /// Returns a hash that no password matches. It is verified for a missing user, so that the time is the same.
    pub(super) fn dummy() -> Self {
        Self { salt: Salt::default(), key: [0; 64] }
    }

    /// Returns whether the password matches, in constant time.
    pub(super) fn verify(&self, password: &Password) -> bool {
        constant_time::verify_slices_are_equal(&*derive_key(password, &self.salt), &self.key).is_ok()
    }

    fn with_salt(salt: Salt, password: &Password) -> Self {
        Self { key: *derive_key(password, &salt), salt }
    }
}

/// Better Auth passes the salt's hexadecimal digits to scrypt, not its bytes.
fn derive_key(password: &Password, salt: &Salt) -> Zeroizing<Key> {
    let cost = Params::new(LOG_N, R, P).expect("valid scrypt parameters");
    let mut key = Zeroizing::new([0; 64]);
    let salt = lower::encode_string(salt);
    scrypt(password.normalised().as_bytes(), salt.as_bytes(), &cost, &mut *key).expect("a valid scrypt output length");
    key
}

fn decode_hex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let length = lower::decode(digits, &mut bytes).ok()?.len();
    (length == N).then_some(bytes)
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Passwords, and the hashes that Better Auth stored for them.
    fn better_auth_hashes() -> Vec<(String, String)> {
        let file = include_str!("../../tests/fixtures/better-auth/password_hashes.json");
        let file: Value = serde_json::from_str(file).unwrap();
        let text = |one: &Value, member: &str| one[member].as_str().unwrap().to_owned();
        file["hashes"].as_array().unwrap().iter().map(|one| (text(one, "plaintext"), text(one, "hash"))).collect()
    }

    fn password(input: &str) -> Password {
        Password::new(input).unwrap()
    }

    #[test]
    fn better_auth_hashes_verify_and_are_reproduced_exactly() {
        let all = better_auth_hashes();
        assert_eq!(all.len(), 14);
        for (input, stored) in all {
            let hash = PasswordHash::parse(&stored).unwrap();
            assert!(hash.verify(&password(&input)), "{input}");
            assert_eq!(PasswordHash::with_salt(hash.salt, &password(&input)).encode(), stored);
        }
    }

    #[test]
    fn each_hash_has_its_own_salt() {
        let password = password("correct horse battery");
        let (one, other) = (PasswordHash::new(&password), PasswordHash::new(&password));
        assert_ne!(one.salt, other.salt);
        assert_ne!(one.key, other.key);
        let stored = one.encode();
        assert_eq!(stored.len(), 161);
        assert!(stored.bytes().all(|c| matches!(c, b':' | b'0'..=b'9' | b'a'..=b'f')), "{stored}");
        assert!(PasswordHash::parse(&stored).unwrap().verify(&password));
    }

    #[test]
    fn composed_and_decomposed_passwords_match() {
        let hash = PasswordHash::new(&password("pässwörd-ñ"));
        assert!(hash.verify(&password("pa\u{308}sswo\u{308}rd-n\u{303}")));
    }

    #[test]
    fn every_character_is_significant() {
        let long = "0123456789".repeat(8);
        let hash = PasswordHash::new(&password(&long));
        for other in [&long[..72], &long[..79], &format!("{long} "), &format!(" {long}"), &format!("{}x", &long[..79])]
        {
            assert!(!hash.verify(&password(other)), "{other}");
        }
        assert!(!PasswordHash::new(&password("Correct horse")).verify(&password("correct horse")));
        assert!(!PasswordHash::new(&password("null\0byte123")).verify(&password("null")));
    }

    #[test]
    fn only_the_exact_stored_format_is_parsed() {
        let stored = format!("{}:{}", "0a".repeat(16), "1b".repeat(64));
        assert!(PasswordHash::parse(&stored).is_some());
        let (salt, key) = stored.split_once(':').unwrap();
        for form in [
            "",
            ":",
            "::",
            salt,
            key,
            &stored.to_uppercase(),
            &format!("{}:{key}", salt.to_uppercase()),
            &format!("{salt}:{}", key.to_uppercase()),
            &format!("{salt}{key}"),
            &format!("{salt}::{key}"),
            &format!("{salt}:{key}:"),
            &format!("{salt}:{key}00"),
            &format!("{salt}:{}", &key[..126]),
            &format!("{salt}:{}", &key[..127]),
            &format!("{}:{key}", &salt[..31]),
            &format!("{salt}0:{key}"),
            &format!(" {stored}"),
            &format!("{stored}\n"),
            &format!("{}g:{key}", &salt[..31]),
            &format!("{}é:{key}", &salt[..30]),
            &format!("{salt}:{}é", &key[..126]),
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
            "$2b$10$abcdefghijklmnopqrstuuJ6jQZ1WnJcS7sYzv7u7u7u7u7u7u7u7",
        ] {
            assert!(PasswordHash::parse(form).is_none(), "{form}");
        }
    }

    #[test]
    fn debug_output_hides_the_hash() {
        assert_eq!(format!("{:?}", PasswordHash::dummy()), "PasswordHash(***)");
    }
}
