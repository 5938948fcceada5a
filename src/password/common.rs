//! Passwords that everybody tries first.

use std::{collections::HashSet, sync::LazyLock};

use super::policy::Password;

/// Those of Django's 20,000 most common that are long enough to be set, the commonest first, normalised and lower-case
/// (BSD-3-Clause, `data/common-passwords/LICENSE`).
const COMMON_PASSWORDS: &str = include_str!("../../data/common-passwords/passwords.txt");

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON_PASSWORDS.lines().collect());

/// Whether it is on the list, however it is cased or spelt in Unicode.
pub(super) fn is_common(password: &Password) -> bool {
    COMMON.contains(password.lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_form_that_is_looked_up() {
        assert!(COMMON.len() > 8_000, "{}", COMMON.len());
        assert_eq!(COMMON.len(), COMMON_PASSWORDS.lines().count(), "each once");
        for listed in COMMON_PASSWORDS.lines() {
            assert_eq!(*Password::new(listed).unwrap().lowercase(), listed);
            assert!(listed.encode_utf16().count() >= 8, "{listed} is refused by its length");
        }
    }

    #[test]
    fn case_and_compatibility_forms_do_not_hide_a_common_one() {
        for sent in
            ["password1", "PassWord1", "1q2w3e4r5t", "ｐａｓｓｗｏｒｄ１", "Iloveyou", "123456789", "qwertyuiop"]
        {
            assert!(is_common(&Password::new(sent).unwrap()), "{sent}");
        }
        for sent in ["password1 ", "correct horse battery", "Wv7-kQz!", "pässwörd-ñ"] {
            assert!(!is_common(&Password::new(sent).unwrap()), "{sent}");
        }
    }
}
