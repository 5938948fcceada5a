//! A shell that removes a folder, and stops the server in it, when this process ends.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use url::Url;

use super::programs::{Programs, unprivileged_account};

const CLUSTER_SCRIPT: &str = include_str!("cleanup_shell.sh");
const PGBOUNCER_SCRIPT: &str = include_str!("pgbouncer.sh");

/// The shell reads a pipe and cleans up when the pipe closes, however this process ends.
pub(super) struct CleanupShell {
    shell: Child,
    pipe: Option<ChildStdin>,
    folder: PathBuf,
}

impl CleanupShell {
    pub(super) fn with_folder() -> Result<CleanupShell, String> {
        Self::start(shell(CLUSTER_SCRIPT))
    }

    /// A running cluster that trusts the user `postgres` on 127.0.0.1 and listens nowhere else.
    pub(super) fn with_cluster(programs: &Programs, port: u16) -> Result<CleanupShell, String> {
        let mut command = shell(CLUSTER_SCRIPT);
        command.args([programs.folder().to_string(), port.to_string()]);
        Self::start(unprivileged(command))
    }

    /// A running pooler that accepts every user on 127.0.0.1 and connects to `server` as the user of its URL.
    pub(super) fn with_pgbouncer(
        program: &Path,
        port: u16,
        server: &Url,
        pool_size: u32,
        database: &str,
    ) -> Result<CleanupShell, String> {
        let (host, server_port) = (server.host_str().unwrap_or("127.0.0.1"), server.port().unwrap_or(5432));
        let mut command = shell(PGBOUNCER_SCRIPT);
        command.arg(program).args([&port.to_string(), host, &server_port.to_string(), server.username()]);
        command.args([&pool_size.to_string(), database]).env("PGPASSWORD", server.password().unwrap_or_default());
        Self::start(unprivileged(command))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn start(mut command: Command) -> Result<CleanupShell, String> {
        let mut shell = command.spawn().map_err(|reason| format!("sh: {reason}"))?;
        let pipe = shell.stdin.take();
        let mut response = String::new();
        let read = BufReader::new(shell.stdout.take().expect("a pipe was asked for")).read_line(&mut response);
        let created = read.map_err(|reason| reason.to_string()).and_then(|_| parse_result(response.trim_end()));
        let mut cleanup = CleanupShell { shell, pipe, folder: PathBuf::new() };
        cleanup.folder = created?;
        Ok(cleanup)
    }
}

/// The folder, or the error message.
fn parse_result(response: &str) -> Result<PathBuf, String> {
    response.strip_prefix("done ").map(PathBuf::from).ok_or_else(|| response.to_owned())
}

impl Drop for CleanupShell {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _status = self.shell.wait();
    }
}

/// The script, in a process group of its own so that Ctrl-C does not reach it.
fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args([OsStr::new("-c"), script.as_ref(), "cleanup_shell".as_ref()]);
    command.current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// PostgreSQL and `PgBouncer` refuse to run as root.
fn unprivileged(mut command: Command) -> Command {
    if let Some((user, group)) = unprivileged_account() {
        command.uid(user).gid(group);
    }
    command
}
