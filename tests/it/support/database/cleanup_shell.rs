//! A folder, and perhaps a PostgreSQL cluster in it, that cannot outlive this process.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::programs::{Programs, lesser_account};

/// The shell at the other end of a pipe: it tidies up when the pipe closes, however this process ends.
pub(super) struct CleanupShell {
    shell: Child,
    pipe: Option<ChildStdin>,
    folder: PathBuf,
}

impl CleanupShell {
    pub(super) fn of_folder() -> Result<CleanupShell, String> {
        Self::start(shell())
    }

    /// A running cluster that trusts the user `postgres` on 127.0.0.1 and listens nowhere else.
    pub(super) fn of_cluster(programs: &Programs, port: u16) -> Result<CleanupShell, String> {
        let mut command = shell();
        command.args([programs.folder().to_string(), port.to_string()]);
        if let Some((user, group)) = lesser_account() {
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
        let made = read.map_err(|reason| reason.to_string()).and_then(|_| made(response.trim_end()));
        let mut keeper = CleanupShell { shell, pipe, folder: PathBuf::new() };
        keeper.folder = made?;
        Ok(keeper)
    }
}

/// The folder, or what went wrong.
fn made(response: &str) -> Result<PathBuf, String> {
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
