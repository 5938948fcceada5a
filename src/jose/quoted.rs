//! Values from a token or a key set, made safe to print.

use std::fmt;

/// A value out of a token, made safe to print: quoted, escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(String);

impl Quoted {
    /// Quotes `value`.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.chars().take(80).collect())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.escape_debug())
    }
}
