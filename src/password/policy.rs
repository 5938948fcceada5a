//! A password as it is known to its owner, and what makes it fit to be set.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::common::is_common;

/// In UTF-16 code units and before normalisation, which is how Better Auth counts.
pub(super) const MIN_LENGTH: usize = 8;
pub(super) const MAX_LENGTH: usize = 128;

/// Octets that NFKC can make of one (U+FDFA has 3 in UTF-8, what it stands for 33).
const MAX_NFKC_GROWTH: usize = 11;

/// A password as it was sent. It is wiped from memory when it is dropped, and never shown.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// A password that may be set.
#[derive(Debug, Clone)]
pub struct NewPassword(Password);

/// Why a password can't be one, or can't be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordPolicyError {
    /// Better Auth would refuse it.
    #[error("must have at least {MIN_LENGTH} characters")]
    TooShort,
    /// It would cost more than it is worth.
    #[error("must have at most {MAX_LENGTH} characters")]
    TooLong,
    /// Everybody tries it first.
    #[error("must not be one of the most common passwords")]
    Common,
}

impl Password {
    /// Takes what was sent, character for character.
    ///
    /// # Errors
    ///
    /// [`PasswordPolicyError::TooLong`].
    pub fn new(sent: &str) -> Result<Self, PasswordPolicyError> {
        if utf16_length(sent) > MAX_LENGTH {
            Err(PasswordPolicyError::TooLong)
        } else {
            Ok(Self(Zeroizing::new(sent.to_owned())))
        }
    }

    /// What is hashed: its NFKC.
    pub(super) fn normalised(&self) -> Zeroizing<String> {
        collect_with_capacity(self.0.nfkc(), self.0.len() * MAX_NFKC_GROWTH)
    }

    /// What is compared with common ones.
    pub(super) fn lowercase(&self) -> Zeroizing<String> {
        collect_with_capacity(self.0.nfkc().flat_map(char::to_lowercase), self.0.len() * MAX_NFKC_GROWTH * 2)
    }
}

/// Room for all is made first, so that growing leaves no copy behind.
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
        } else if is_common(&password) {
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

    fn set(sent: &str) -> Result<(), PasswordPolicyError> {
        NewPassword::try_from(Password::new(sent)?).map(drop)
    }

    #[test]
    fn a_new_one_has_8_to_128_utf_16_units_as_sent() {
        for (sent, verdict) in [
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
            assert_eq!(set(&sent), verdict, "{sent}");
        }
    }

    #[test]
    fn for_a_log_in_only_the_longest_is_limited() {
        for sent in ["", "x", "password"] {
            assert!(Password::new(sent).is_ok(), "{sent}");
        }
        assert_eq!(Password::new(&"x".repeat(129)).unwrap_err(), PasswordPolicyError::TooLong);
    }

    #[test]
    fn nothing_is_trimmed_folded_or_cut() {
        let normalised = |sent: &str| Password::new(sent).unwrap().normalised().to_string();
        for kept in ["  Leading and trailing  ", "tab\tnew\nline", "MiXeD", &"0123456789".repeat(12)] {
            assert_eq!(normalised(kept), kept);
        }
        assert_eq!(normalised("ﬁle①Ａ"), "file1A");
    }

    #[test]
    fn room_is_made_for_whatever_normalises_to_most() {
        let worst = Password::new(&"\u{fdfa}".repeat(128)).unwrap();
        let (sent, made) = (worst.0.len(), worst.normalised());
        assert_eq!(made.len(), sent * MAX_NFKC_GROWTH);
        let lowercase = Password::new(&"İ".repeat(128)).unwrap().lowercase();
        assert!(lowercase.len() <= 128 * 2 * MAX_NFKC_GROWTH * 2);
    }

    #[test]
    fn it_is_never_shown() {
        let password = Password::new("correct horse battery").unwrap();
        let new = NewPassword::try_from(password.clone()).unwrap();
        assert!(!format!("{password:?} {new:?}").contains("horse"));
    }
}
