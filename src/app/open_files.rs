//! The limit of open files, which bounds the connections.

/// Raises the soft limit to the hard one.
#[cfg(unix)]
pub(super) fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = current != maximum && setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let limit = if raised { maximum } else { current };
    log::info!(limit = limit.unwrap_or(u64::MAX), raised; "open file limit");
}

/// Windows has no such limit.
#[cfg(not(unix))]
pub(super) fn raise_limit() {}
