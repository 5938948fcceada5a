//! Passwords that everybody tries first.

use std::{collections::HashSet, sync::LazyLock};

use super::policy::Password;

/// Those of Django's 20,000 most common that are long enough to be set, the commonest first, normalised and lower-case
/// (BSD-3-Clause, `data/common-passwords/LICENSE`).
const LIST: &str = include_str!("../../data/common-passwords/passwords.txt");

static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| LIST.lines().collect());

/// Whether it is on the list, however it is cased or spelt in Unicode.
pub(super) fn is_common(password: &Password) -> bool {
    ALL.contains(password.folded().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_form_that_is_looked_up() {
        assert!(ALL.len() > 8_000, "{}", ALL.len());
        assert_eq!(ALL.len(), LIST.lines().count(), "each once");
        for listed in LIST.lines() {
            assert_eq!(*Password::new(listed).unwrap().folded(), listed);
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
