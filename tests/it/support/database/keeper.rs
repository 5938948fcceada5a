//! A folder, and perhaps a PostgreSQL cluster in it, that cannot outlive this process.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::programs::{Programs, lesser_account};

/// The shell at the other end of a pipe: it tidies up when the pipe closes, however this process ends.
pub(super) struct Keeper {
    shell: Child,
    verbs: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Keeper {
    pub(super) fn of_folder() -> Result<Keeper, String> {
        Self::start(shell())
    }

    /// A running cluster that trusts the user `postgres` on 127.0.0.1 and listens nowhere else.
    pub(super) fn of_cluster(programs: &Programs, port: u16) -> Result<Keeper, String> {
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

    /// Has the shell do one of its verbs, and waits for it.
    pub(super) fn ask(&mut self, verb: &str) -> Result<(), String> {
        let mut verbs = self.verbs.as_ref().ok_or("its keeper is gone")?;
        writeln!(verbs, "{verb}").map_err(|reason| reason.to_string())?;
        self.answer().map(drop)
    }

    fn start(mut command: Command) -> Result<Keeper, String> {
        let mut shell = command.spawn().map_err(|reason| format!("sh: {reason}"))?;
        let verbs = shell.stdin.take();
        let answers = BufReader::new(shell.stdout.take().expect("a pipe was asked for"));
        let mut keeper = Keeper { shell, verbs, answers, folder: PathBuf::new() };
        keeper.folder = PathBuf::from(keeper.answer()?);
        Ok(keeper)
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|reason| reason.to_string())?;
        let line = line.trim_end();
        line.strip_prefix("done ").map(str::to_owned).ok_or_else(|| line.to_owned())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.verbs.take());
        let _status = self.shell.wait();
    }
}

/// The script, in a process group of its own so that Ctrl-C does not reach it.
fn shell() -> Command {
    let mut command = Command::new("sh");
    command.args([OsStr::new("-c"), include_str!("keeper.sh").as_ref(), "keeper".as_ref()]);
    command.current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}
