//! A shell that removes a folder, and stops a PostgreSQL cluster in it, when this process ends.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::programs::{Programs, unprivileged_account};

/// The shell reads a pipe and cleans up when the pipe closes, however this process ends.
pub(super) struct CleanupShell {
    shell: Child,
    pipe: Option<ChildStdin>,
    folder: PathBuf,
}

impl CleanupShell {
    pub(super) fn with_folder() -> Result<CleanupShell, String> {
        Self::start(shell())
    }

    /// A running cluster that trusts the user `postgres` on 127.0.0.1 and listens nowhere else.
    pub(super) fn with_cluster(programs: &Programs, port: u16) -> Result<CleanupShell, String> {
        let mut command = shell();
        command.args([programs.folder().to_string(), port.to_string()]);
        if let Some((user, group)) = unprivileged_account() {
            command.uid(user).gid(group);
        }
        Self::start(command)
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
fn shell() -> Command {
    let mut command = Command::new("sh");
    command.args([OsStr::new("-c"), include_str!("cleanup_shell.sh").as_ref(), "cleanup_shell".as_ref()]);
    command.current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}
