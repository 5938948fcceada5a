//! A password as it is stored, to the octet as Better Auth stores it: scrypt, `salt:key` in lower-case hexadecimal.

use std::fmt;

use aws_lc_rs::constant_time;
use scrypt::{Params, scrypt};
use zeroize::Zeroizing;

use super::policy::Password;

/// N = 2^14, r = 16, p = 1: 32 MiB.
const LOG_N: u8 = 14;
const R: u32 = 16;
const P: u32 = 1;

/// Digits of a salt. scrypt is given these as they stand, and not the 16 octets that they spell.
const SALT_DIGITS: usize = 32;

type Key = [u8; 64];

/// A salt, and the key that scrypt makes of it and a password.
#[derive(Clone)]
pub struct PasswordHash {
    salt: String,
    key: Key,
}

impl PasswordHash {
    /// Reads the stored form; no other, however near, is one.
    #[must_use]
    pub fn parse(stored: &str) -> Option<Self> {
        let (salt, key) = stored.split_once(':')?;
        let (pairs, []) = key.as_bytes().as_chunks() else { return None };
        let octets: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        let is_salt = salt.len() == SALT_DIGITS && salt.bytes().all(|c| digit(c).is_some());
        let key = octets?.try_into().ok()?;
        is_salt.then(|| Self { salt: salt.to_owned(), key })
    }

    /// The stored form.
    #[must_use]
    pub fn encode(&self) -> String {
        self.key.iter().fold(format!("{}:", self.salt), |stored, octet| stored + &format!("{octet:02x}"))
    }

    /// Hashes under a salt of its own.
    pub(super) fn new(password: &Password) -> Self {
        let mut random = [0; SALT_DIGITS / 2];
        getrandom::fill(&mut random).expect("a system that has random numbers");
        Self::with_salt(format!("{:032x}", u128::from_be_bytes(random)), password)
    }

    /// What stands in for the hash of a user who is not there; it takes as long, and is of no password.
    pub(super) fn dummy() -> Self {
        Self { salt: "0".repeat(SALT_DIGITS), key: [0; 64] }
    }

    /// Whether it is of this password, found out in the same time either way.
    pub(super) fn verify(&self, password: &Password) -> bool {
        constant_time::verify_slices_are_equal(&*key(password, &self.salt), &self.key).is_ok()
    }

    fn with_salt(salt: String, password: &Password) -> Self {
        Self { key: *key(password, &salt), salt }
    }
}

fn key(password: &Password, salt: &str) -> Zeroizing<Key> {
    let cost = Params::new(LOG_N, R, P).expect("a cost that scrypt knows");
    let mut key = Zeroizing::new([0; 64]);
    scrypt(password.normalised().as_bytes(), salt.as_bytes(), &cost, &mut *key).expect("a length that scrypt makes");
    key
}

/// Upper case is none: Better Auth compares the text.
fn digit(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    }
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

    /// What Better Auth made of some passwords.
    fn better_auth_hashes() -> Vec<(String, String)> {
        let file = include_str!("../../tests/fixtures/better-auth/password_hashes.json");
        let file: Value = serde_json::from_str(file).unwrap();
        let text = |one: &Value, member: &str| one[member].as_str().unwrap().to_owned();
        file["hashes"].as_array().unwrap().iter().map(|one| (text(one, "plaintext"), text(one, "hash"))).collect()
    }

    fn password(sent: &str) -> Password {
        Password::new(sent).unwrap()
    }

    #[test]
    fn what_better_auth_stored_is_verified_and_made_anew_to_the_octet() {
        let all = better_auth_hashes();
        assert_eq!(all.len(), 14);
        for (sent, stored) in all {
            let hash = PasswordHash::parse(&stored).unwrap();
            assert!(hash.verify(&password(&sent)), "{sent}");
            assert_eq!(PasswordHash::with_salt(stored[..SALT_DIGITS].to_owned(), &password(&sent)).encode(), stored);
        }
    }

    #[test]
    fn each_hash_has_a_salt_of_its_own() {
        let sent = password("correct horse battery");
        let (one, other) = (PasswordHash::new(&sent), PasswordHash::new(&sent));
        assert_ne!(one.salt, other.salt);
        assert_ne!(one.key, other.key);
        let stored = one.encode();
        assert_eq!(stored.len(), 161);
        assert!(stored.bytes().all(|c| c == b':' || digit(c).is_some()), "{stored}");
        assert!(PasswordHash::parse(&stored).unwrap().verify(&sent));
    }

    #[test]
    fn a_composed_and_a_decomposed_password_are_one() {
        let hash = PasswordHash::new(&password("pässwörd-ñ"));
        assert!(hash.verify(&password("pa\u{308}sswo\u{308}rd-n\u{303}")));
    }

    #[test]
    fn every_character_counts() {
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
    fn only_the_stored_form_is_one() {
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
    fn it_is_not_shown() {
        assert_eq!(format!("{:?}", PasswordHash::dummy()), "PasswordHash(***)");
    }
}
