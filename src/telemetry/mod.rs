//! The log: how a line looks, and the one line that each request leaves.

mod format;
mod observe;

use crate::config::Log;

pub(crate) use self::observe::{Caller, observe};

/// Starts logging; a second start changes nothing.
pub(crate) fn start(log: &Log) {
    let mut builder = env_logger::Builder::new();
    builder.parse_filters(&log.filter);
    if log.json {
        builder.format(format::json);
    } else {
        builder.format(format::text);
    }
    drop(builder.try_init());
}
