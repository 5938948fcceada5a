//! [`InvalidUrl`].

/// A setting that the URL or the environment gives is wrong. The message names the setting, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {problem}")]
pub(in crate::db) struct InvalidUrl {
    setting: String,
    problem: String,
}

impl InvalidUrl {
    pub(super) fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into() }
    }
}
