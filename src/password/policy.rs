//! Passwords in plain text, and the policy for new ones.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::common;

/// In UTF-16 code units before normalisation, as Better Auth counts them.
pub(super) const MIN_LENGTH: usize = 8;
pub(super) const MAX_LENGTH: usize = 128;

/// The factor by which NFKC can lengthen UTF-8 text: U+FDFA grows from 3 to 33 bytes.
const MAX_NFKC_GROWTH: usize = 11;

/// A password as entered. Zeroized on drop, and hidden from debug output.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// A password that satisfies the policy.
#[derive(Debug, Clone)]
pub struct NewPassword(Password);

/// The rule that a password violates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordPolicyError {
    /// Better Auth rejects it as well.
    #[error("must have at least {MIN_LENGTH} characters")]
    TooShort,
    /// The limit bounds the cost of normalisation and hashing.
    #[error("must have at most {MAX_LENGTH} characters")]
    TooLong,
    /// It is on the list of common passwords.
    #[error("must not be one of the most common passwords")]
    Common,
}

impl Password {
    /// Creates a password from the unchanged input.
    ///
    /// # Errors
    ///
    /// [`PasswordPolicyError::TooLong`].
    pub fn new(input: &str) -> Result<Self, PasswordPolicyError> {
        if utf16_length(input) > MAX_LENGTH {
            return Err(PasswordPolicyError::TooLong);
        }
        Ok(Self(Zeroizing::new(input.to_owned())))
    }

    /// Returns the NFKC form, which is hashed.
    pub(super) fn normalised(&self) -> Zeroizing<String> {
        collect_with_capacity(self.0.nfkc(), self.0.len() * MAX_NFKC_GROWTH)
    }

    /// Returns the NFKC form in lower case, which is compared with common passwords.
    pub(super) fn lowercase(&self) -> Zeroizing<String> {
        collect_with_capacity(self.0.nfkc().flat_map(char::to_lowercase), self.0.len() * MAX_NFKC_GROWTH * 2)
    }
}

/// Allocates once, so that reallocation leaves no copies of the password in memory.
fn collect_with_capacity(characters: impl Iterator<Item = char>, capacity: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    text.extend(characters);
    text
}

fn utf16_length(text: &str) -> usize {
    text.encode_utf16().count()
}

impl TryFrom<Password> for NewPassword {
    type Error = PasswordPolicyError;

    fn try_from(password: Password) -> Result<Self, PasswordPolicyError> {
        if utf16_length(&password.0) < MIN_LENGTH {
            Err(PasswordPolicyError::TooShort)
        } else if common::is_common(&password.lowercase()) {
            Err(PasswordPolicyError::Common)
        } else {
            Ok(Self(password))
        }
    }
}

impl NewPassword {
    pub(super) fn into_inner(self) -> Password {
        self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str) -> Result<(), PasswordPolicyError> {
        NewPassword::try_from(Password::new(input)?).map(drop)
    }

    #[test]
    fn new_passwords_have_8_to_128_utf_16_units() {
        for (input, expected) in [
            ("Wv7-kQz".to_owned(), Err(PasswordPolicyError::TooShort)),
            ("Wv7-kQz!".to_owned(), Ok(())),
            ("x".repeat(127) + "y", Ok(())),
            ("x".repeat(128) + "y", Err(PasswordPolicyError::TooLong)),
            // a surrogate pair is two
            ("🔐".repeat(3) + "x", Err(PasswordPolicyError::TooShort)),
            ("🔐🗝🛡🧱".to_owned(), Ok(())),
            ("🔐".repeat(64), Ok(())),
            ("🔐".repeat(64) + "x", Err(PasswordPolicyError::TooLong)),
            // seven before normalisation, nine after; ten before, five after
            ("ﬃ-Wv7kQ".to_owned(), Err(PasswordPolicyError::TooShort)),
            ("a\u{308}o\u{308}u\u{308}e\u{308}i\u{308}".to_owned(), Ok(())),
            (String::new(), Err(PasswordPolicyError::TooShort)),
        ] {
            assert_eq!(check(&input), expected, "{input}");
        }
    }

    #[test]
    fn only_the_maximum_length_applies_at_log_in() {
        for input in ["", "x", "password"] {
            assert!(Password::new(input).is_ok(), "{input}");
        }
        assert_eq!(Password::new(&"x".repeat(129)).unwrap_err(), PasswordPolicyError::TooLong);
    }

    #[test]
    fn nothing_is_trimmed_case_folded_or_truncated() {
        let normalised = |input: &str| Password::new(input).unwrap().normalised().to_string();
        for kept in ["  Leading and trailing  ", "tab\tnew\nline", "MiXeD", &"0123456789".repeat(12)] {
            assert_eq!(normalised(kept), kept);
        }
        assert_eq!(normalised("ﬁle①Ａ"), "file1A");
    }

    #[test]
    fn the_capacity_fits_the_longest_normalised_form() {
        let worst = Password::new(&"\u{fdfa}".repeat(128)).unwrap();
        let (length, normalised) = (worst.0.len(), worst.normalised());
        assert_eq!(normalised.len(), length * MAX_NFKC_GROWTH);
        let lowercase = Password::new(&"İ".repeat(128)).unwrap().lowercase();
        assert!(lowercase.len() <= 128 * 2 * MAX_NFKC_GROWTH * 2);
    }

    #[test]
    fn the_common_list_is_normalised_and_long_enough() {
        for listed in common::COMMON_PASSWORDS.lines() {
            assert_eq!(*Password::new(listed).unwrap().lowercase(), listed);
            assert!(utf16_length(listed) >= MIN_LENGTH, "{listed}");
        }
    }

    #[test]
    fn common_passwords_are_found_in_any_case_and_compatibility_form() {
        let is_common = |input: &str| common::is_common(&Password::new(input).unwrap().lowercase());
        for input in
            ["password1", "PassWord1", "1q2w3e4r5t", "ｐａｓｓｗｏｒｄ１", "Iloveyou", "123456789", "qwertyuiop"]
        {
            assert!(is_common(input), "{input}");
        }
        for input in ["password1 ", "correct horse battery", "Wv7-kQz!", "pässwörd-ñ"] {
            assert!(!is_common(input), "{input}");
        }
    }

    #[test]
    fn debug_output_hides_passwords() {
        let password = Password::new("correct horse battery").unwrap();
        let new = NewPassword::try_from(password.clone()).unwrap();
        assert!(!format!("{password:?} {new:?}").contains("horse"));
    }
}
