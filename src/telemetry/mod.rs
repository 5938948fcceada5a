//! Logging, metrics and traces.

mod log_format;
mod log_limit;
pub(crate) mod metrics;
mod subject_fingerprint;
pub(crate) mod traces;

use crate::config::LogSettings;

pub(crate) use self::{
    log_limit::{LogDecision, LogLimit},
    subject_fingerprint::SubjectFingerprint,
};

/// The log target of the access log.
pub(crate) const ACCESS_LOG: &str = "taskbridge::access";

/// Starts logging. Has no effect if logging has been started.
pub(crate) fn start(settings: &LogSettings) {
    let mut builder = env_logger::Builder::new();
    builder.parse_filters(&settings.filter);
    // at debug level it logs the parameters of statements
    builder.filter_module("tokio_postgres", log::LevelFilter::Warn);
    if settings.json {
        builder.format(log_format::json);
    } else {
        builder.format(log_format::text);
    }
    drop(builder.try_init());
}
