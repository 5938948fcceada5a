//! One setting of a connection, under libpq's name for it.

use std::{fmt::Display, str::FromStr, time::Duration};

use super::invalid_url::InvalidUrl;

/// A setting of a connection.
#[derive(Clone)]
pub(super) struct Setting {
    /// libpq's name for it.
    pub(super) name: String,
    pub(super) value: String,
    /// How an error message refers to it.
    label: String,
}

impl Setting {
    pub(super) fn in_url(name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let label = format!("{name} in the database URL");
        Self { name, value: value.into(), label }
    }

    pub(super) fn in_environment(name: &str, value: &str, variable: &str) -> Self {
        Self { name: name.into(), value: value.into(), label: variable.into() }
    }

    /// Returns the setting with another value.
    pub(super) fn with_value(self, value: String) -> Self {
        Self { value, ..self }
    }

    /// Hides the name from error messages. It may be a part of a password in which a special character is not encoded.
    pub(super) fn with_hidden_name(mut self) -> Self {
        self.label = "a parameter in the database URL".into();
        self
    }

    pub(super) fn invalid(&self, problem: impl Into<String>) -> InvalidUrl {
        InvalidUrl::new(&self.label, problem)
    }

    /// Returns what the value stands for in `choices`.
    pub(super) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, InvalidUrl> {
        let choice = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.value));
        choice.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            self.invalid(format!("must be one of {}", names.join(", ")))
        })
    }

    pub(super) fn number<N: FromStr + Display>(&self) -> Result<N, InvalidUrl> {
        self.value.parse().map_err(|_error| self.invalid("must be a whole number"))
    }

    /// Returns a number of seconds; `None` for zero.
    pub(super) fn seconds(&self) -> Result<Option<Duration>, InvalidUrl> {
        Ok(Some(Duration::from_secs(self.number::<u32>()?.into())).filter(|duration| !duration.is_zero()))
    }

    /// Returns a number of milliseconds; `None` for zero.
    pub(super) fn milliseconds(&self) -> Result<Option<Duration>, InvalidUrl> {
        Ok(Some(Duration::from_millis(self.number::<u32>()?.into())).filter(|duration| !duration.is_zero()))
    }
}
