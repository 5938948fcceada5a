//! The values that a setting allows.

use std::fmt;

/// The values that a setting allows for a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedValues {
    setting: &'static str,
    values: Vec<String>,
}

impl AllowedValues {
    /// Creates the list of the setting with this name.
    #[must_use]
    pub fn new(setting: &'static str, values: &[String]) -> Self {
        Self { setting, values: values.to_vec() }
    }

    pub(super) fn contains(&self, value: &str) -> bool {
        self.values.iter().any(|one| one == value)
    }

    /// Detects the most common difference between two spellings of one origin.
    pub(super) fn trailing_slash_hint(&self, found: &str) -> Option<&'static str> {
        let bare = found.trim_end_matches('/');
        self.values.iter().any(|one| one.trim_end_matches('/') == bare).then_some("they differ by a trailing slash")
    }
}

impl fmt::Display for AllowedValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(|value| format!("`{value}`")).collect();
        match values.as_slice() {
            [] => write!(f, "but {} is not set, so that no value is accepted", self.setting),
            values => write!(f, "expected {} ({})", values.join(" or "), self.setting),
        }
    }
}
