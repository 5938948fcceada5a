//! From text to values, one small reader a kind.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration};

use actix_web::http::Uri;

use super::{ConfigError, Secret};

pub(super) struct Environment<'e>(pub(super) &'e dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// The value as it stands, an empty one included.
    pub(super) fn raw(&self, name: &str) -> Option<String> {
        (self.0)(name)
    }

    /// The value; an empty one counts as none.
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
            let (from, to) = (format_duration(*range.start()), format_duration(*range.end()));
            invalid(name, format!("a duration with its unit, as in {default}, from {from} to {to}"))
        })
    }

    pub(super) fn one_of<const N: usize>(
        &self,
        name: &'static str,
        words: [&'static str; N],
    ) -> Result<&'static str, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(words.first().copied().unwrap_or_default()) };
        let word = words.into_iter().find(|word| *word == text);
        word.ok_or_else(|| invalid(name, format!("one of {}", words.join(", "))))
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn origins(&self, name: &'static str, default: &str) -> Result<Vec<String>, ConfigError> {
        let mut origins = self.list(name);
        if origins.is_empty() {
            origins.push(default.into());
        }
        if origins.iter().all(|origin| is_origin(origin)) {
            Ok(origins)
        } else {
            Err(invalid(name, "exact origins with a comma between them, as in https://app.example.com: no path, no *"))
        }
    }

    pub(super) fn database_url(&self, name: &'static str, default: &str) -> Result<Secret, ConfigError> {
        let given = self.text(name).unwrap_or_else(|| default.into());
        let url = given.strip_prefix("postgresql://").map_or(given.clone(), |rest| format!("postgres://{rest}"));
        if is_in_memory(&url) {
            return Err(invalid(name, "a file: what is in memory is gone with its connection"));
        }
        if !entity::is_database_url(&url) {
            return Err(invalid(
                name,
                "as in sqlite://tasks.db?mode=rwc or postgres://user:password@host:5432/database, \
                 with user and password percent-encoded",
            ));
        }
        Ok(Secret::new(url))
    }
}

/// As a setting is written: in the largest unit that it is a whole number of.
fn format_duration(duration: Duration) -> String {
    const UNITS: [(u128, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let milliseconds = duration.as_millis();
    let unit = UNITS.into_iter().find(|(unit, _)| milliseconds > 0 && milliseconds.is_multiple_of(*unit));
    unit.map_or_else(|| "0s".into(), |(unit, name)| format!("{}{name}", milliseconds / unit))
}

pub(super) fn invalid(name: &'static str, requirement: impl Into<String>) -> ConfigError {
    ConfigError { name, requirement: requirement.into() }
}

fn is_in_memory(url: &str) -> bool {
    url.strip_prefix("sqlite:").is_some_and(|rest| {
        let path = rest.trim_start_matches('/').split('?').next().unwrap_or_default();
        path.is_empty() || path == ":memory:" || rest.contains("mode=memory")
    })
}

/// Scheme, host, port, and nothing else, spelt as browsers spell it (RFC 6454 §6.2).
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    matches!(scheme, "http" | "https")
        && text == format!("{scheme}://{authority}").to_lowercase()
        && !authority.as_str().contains(['@', '*'])
        && !authority.as_str().ends_with(default_port)
}
