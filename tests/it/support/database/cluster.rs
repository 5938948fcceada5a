//! A throw-away PostgreSQL cluster, run by the programs on this machine.

use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use super::cleanup_shell::CleanupShell;
use super::programs::Programs;

/// A PostgreSQL server that stops when this value is dropped or the process ends.
pub(super) struct Cluster {
    shell: CleanupShell,
    url: String,
}

impl Cluster {
    /// The URL of the database `postgres` for the superuser.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The folder of the data directory, `data`.
    pub(super) fn folder(&self) -> &Path {
        self.shell.folder()
    }

    pub(super) fn start(programs: &Programs) -> Result<Cluster, String> {
        let mut failure = String::new();
        for _ in 0..3 {
            let port = free_port()?;
            match CleanupShell::with_cluster(programs, port) {
                Ok(shell) => {
                    return Ok(Cluster { shell, url: format!("postgres://postgres@127.0.0.1:{port}/postgres") });
                }
                Err(reason) => failure = reason,
            }
        }
        Err(format!("PostgreSQL from {} does not start: {failure}", programs.folder()))
    }
}

/// A free port below the ephemeral range, so that it is still free when it is bound again.
pub(crate) fn free_port() -> Result<u16, String> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let candidates = (0..1000).filter_map(|_| {
        let step = TRIED.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id());
        u16::try_from(15_000 + step.wrapping_mul(7_919) % 15_000).ok()
    });
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    candidates.into_iter().find(free).ok_or_else(|| "no free port for PostgreSQL".to_owned())
}
