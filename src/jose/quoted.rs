//! Values from tokens and key sets, made safe to print.

use std::fmt;

/// Longest value that a message repeats.
const MAX_CHARS: usize = 80;

/// An untrusted value for a message: quoted, escaped and truncated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(String);

impl Quoted {
    /// Truncates `value`.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.chars().take(MAX_CHARS).collect())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.escape_debug())
    }
}
