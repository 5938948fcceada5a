//! The log: how a line looks, and the one line that each request leaves.

mod format;
mod observe;

use crate::config::Log;

pub(crate) use self::observe::{Caller, observe};

/// Starts logging; a second start changes nothing.
pub(crate) fn start(settings: &Log) {
    let mut builder = env_logger::Builder::new();
    builder.parse_filters(&settings.filter);
    // at trace it logs how it connects, password and all
    builder.filter_module("sea_orm::driver", log::LevelFilter::Debug);
    if settings.json {
        builder.format(format::json);
    } else {
        builder.format(format::text);
    }
    drop(builder.try_init());
}
