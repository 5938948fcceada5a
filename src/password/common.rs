//! The list of common passwords.

use std::{collections::HashSet, sync::LazyLock};

/// The entries of Django's list of 20,000 common passwords that are long enough to be set, most common first, in the form
/// that [`is_common`] compares (BSD-3-Clause, `data/common-passwords/LICENSE`).
pub(super) const COMMON_PASSWORDS: &str = include_str!("../../data/common-passwords/passwords.txt");

static LOOKUP: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON_PASSWORDS.lines().collect());

/// Returns whether a password, normalised to NFKC and lower case, is on the list.
pub(super) fn is_common(lowercase: &str) -> bool {
    LOOKUP.contains(lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_no_duplicates() {
        assert!(LOOKUP.len() > 8_000, "{}", LOOKUP.len());
        assert_eq!(LOOKUP.len(), COMMON_PASSWORDS.lines().count());
    }
}
