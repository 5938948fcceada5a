//! Typed access to environment variables.

use std::{env, fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration};

/// An invalid setting. The message names the variable and what it must be, but not its value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {requirement}")]
pub struct ConfigError {
    name: &'static str,
    requirement: String,
}

pub(super) fn invalid(name: &'static str, requirement: impl Into<String>) -> ConfigError {
    ConfigError { name, requirement: requirement.into() }
}

pub(super) struct Environment<'e>(pub(super) &'e dyn Fn(&str) -> Option<String>);

impl Environment<'static> {
    /// The process environment.
    pub(super) fn process() -> Self {
        Self(&process_variable)
    }
}

impl Environment<'_> {
    /// Returns the unchanged value, even if it is empty.
    pub(super) fn raw(&self, name: &str) -> Option<String> {
        (self.0)(name)
    }

    /// Returns the trimmed value, or `None` if it is empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn number<N>(&self, name: &'static str, range: RangeInclusive<N>, default: N) -> Result<N, ConfigError>
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(text) = self.text(name) else { return Ok(default) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| invalid(name, format!("a whole number from {} to {}", range.start(), range.end())))
    }

    pub(super) fn duration(
        &self,
        name: &'static str,
        range: RangeInclusive<Duration>,
        default: &str,
    ) -> Result<Duration, ConfigError> {
        let text = self.text(name).unwrap_or_else(|| default.into());
        let duration = humantime::parse_duration(&text).ok().filter(|duration| range.contains(duration));
        duration.ok_or_else(|| {
            let (min, max) = (format_duration(*range.start()), format_duration(*range.end()));
            invalid(name, format!("a duration with a unit, as in {default}, from {min} to {max}"))
        })
    }

    /// Returns one of `choices`. The first is the default.
    pub(super) fn one_of<const N: usize>(
        &self,
        name: &'static str,
        choices: [&'static str; N],
    ) -> Result<&'static str, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(choices.first().copied().unwrap_or_default()) };
        let choice = choices.into_iter().find(|choice| *choice == text);
        choice.ok_or_else(|| invalid(name, format!("one of {}", choices.join(", "))))
    }

    /// Returns the items of a comma-separated list.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// Formats a duration in the largest unit of which it is a whole number.
fn format_duration(duration: Duration) -> String {
    const UNITS: [(u128, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let milliseconds = duration.as_millis();
    let unit = UNITS.into_iter().find(|(unit, _)| milliseconds > 0 && milliseconds.is_multiple_of(*unit));
    unit.map_or_else(|| "0s".into(), |(unit, name)| format!("{}{name}", milliseconds / unit))
}

#[expect(clippy::disallowed_methods, reason = "config reads the environment")]
fn process_variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
