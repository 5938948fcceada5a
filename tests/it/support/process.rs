//! The program as a process: its environment, its output and its exit code.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use taskbridge::clock::Clock;
use tempfile::TempDir;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{ApiClient, SECRET, TestDatabase, Token};

/// The longest wait for a log line or for the exit of a process.
const PROCESS_TIMEOUT: Duration = Duration::from_secs(20);

/// The program with a working folder of its own and an otherwise empty environment.
pub(crate) struct Program {
    folder: Arc<TempDir>,
    settings: BTreeMap<String, String>,
    executable: String,
    open_files: Option<(u32, u32)>,
}

/// The exit code and the output of a finished process.
#[derive(Debug)]
pub(crate) struct ProcessOutput {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A running process.
pub(crate) struct Process {
    id: u32,
    address: String,
    log: Arc<Mutex<String>>,
    lines: mpsc::UnboundedReceiver<String>,
    exited: Option<oneshot::Receiver<ExitStatus>>,
    _folder: Arc<TempDir>,
}

impl Program {
    pub(crate) fn new() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let settings = BTreeMap::from([("PORT".into(), "0".into())]);
        Self { folder, settings, executable: env!("CARGO_BIN_EXE_taskbridge").into(), open_files: None }
    }

    /// The same program in another version.
    #[cfg(feature = "test-previous-release")]
    pub(crate) fn with_executable(self, path: &str) -> Self {
        Self { executable: path.into(), ..self }
    }

    /// On a test database, with the tests' secret and without row-level security.
    pub(crate) fn on(database: &TestDatabase) -> Self {
        let url = if database.has_row_level_security() { database.url() } else { database.service_url() };
        Self::new().with("DATABASE_URL", url).with("BETTER_AUTH_SECRET", SECRET)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// With a soft and a hard limit of open files.
    pub(crate) fn with_open_files(mut self, soft: u32, hard: u32) -> Self {
        self.open_files = Some((soft, hard));
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program until it exits.
    pub(crate) async fn run(&self, arguments: &[&str]) -> ProcessOutput {
        self.run_with_input(arguments, "").await
    }

    pub(crate) async fn run_with_input(&self, arguments: &[&str], input: &str) -> ProcessOutput {
        let mut command = self.command(arguments);
        let (what, input) = (format!("{command:?}"), input.to_owned());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        let guard = KillOnDrop(child.id());
        let exited = tokio::task::spawn_blocking(move || {
            child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
            child.wait_with_output().unwrap()
        });
        let output = timeout(PROCESS_TIMEOUT, exited)
            .await
            .unwrap_or_else(|_| panic!("still running after {PROCESS_TIMEOUT:?}: {what}"));
        std::mem::forget(guard);
        let output = output.unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        ProcessOutput { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Starts the service without waiting until it is ready.
    pub(crate) fn start(&self) -> Process {
        self.start_with(&[])
    }

    fn start_with(&self, arguments: &[&str]) -> Process {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a process");
        let (id, log) = (child.id(), Arc::new(Mutex::new(String::new())));
        let (line_sender, lines) = mpsc::unbounded_channel();
        let (exit_sender, exited) = oneshot::channel();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let shared_log = Arc::clone(&log);
        thread::spawn(move || {
            let mut line = Vec::new();
            while stderr.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
                let text = String::from_utf8(std::mem::take(&mut line)).expect("a log in UTF-8");
                shared_log.lock().unwrap().push_str(&text);
                line_sender.send(text).ok();
            }
            exit_sender.send(child.wait().unwrap()).ok();
        });
        Process { id, address: String::new(), log, lines, exited: Some(exited), _folder: Arc::clone(&self.folder) }
    }

    /// Starts the service and waits until it listens.
    pub(crate) async fn serve(&self) -> Process {
        let mut process = self.start();
        process.wait_until_listening().await;
        process
    }

    /// Starts the service by `serve --no-migrate` and waits until it listens.
    pub(crate) async fn serve_without_migrating(&self) -> Process {
        let mut process = self.start_with(&["serve", "--no-migrate"]);
        process.wait_until_listening().await;
        process
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.open_files {
            Some((soft, hard)) => {
                let mut shell = Command::new("/bin/sh");
                shell.args([
                    "-c",
                    &format!("ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" \"$@\""),
                    &self.executable,
                ]);
                shell
            }
            None => Command::new(&self.executable),
        };
        command.args(arguments).env_clear().envs(&self.settings).current_dir(self.folder());
        command
    }
}

impl Process {
    /// Waits until the service listens.
    pub(crate) async fn wait_until_listening(&mut self) {
        let line = self.logs("listening on http://").await;
        let address = line.split("http://").nth(1).unwrap().split_whitespace().next().unwrap();
        self.address = address.split('"').next().unwrap().to_owned();
    }

    /// Waits for the next log line that contains `text`.
    pub(crate) async fn logs(&mut self, text: &str) -> String {
        let found = async {
            loop {
                match self.lines.recv().await {
                    Some(line) if line.contains(text) => return Some(line),
                    Some(_) => {}
                    None => return None,
                }
            }
        };
        let line = timeout(PROCESS_TIMEOUT, found).await.ok().flatten();
        line.unwrap_or_else(|| panic!("not logged: {text}\n{}", self.log()))
    }

    /// The log line that contains `text`, logged already or in time.
    pub(crate) async fn has_logged(&self, text: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(line) = self.log().lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            assert!(started.elapsed() < PROCESS_TIMEOUT, "not logged: {text}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn user(&self, sub: &str) -> ApiClient {
        ApiClient::new(&self.base(), sub, Some(Token::new(sub, Clock::system().now()).sign()))
    }

    pub(crate) fn anonymous(&self) -> ApiClient {
        ApiClient::new(&self.base(), "anonymous", None)
    }

    /// A client that sends this token.
    pub(crate) fn bearer(&self, token: impl Into<String>) -> ApiClient {
        ApiClient::new(&self.base(), "bearer", Some(token.into()))
    }

    /// The peak resident memory in KiB (proc(5)).
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak memory");
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.id, name);
    }

    /// Waits until the process exits. `None` if a signal killed it.
    pub(crate) async fn exit_code(&mut self) -> Option<i32> {
        let exited = self.exited.take().expect("exit_code is called once");
        timeout(PROCESS_TIMEOUT, exited)
            .await
            .unwrap_or_else(|_| panic!("does not exit\n{}", self.log()))
            .unwrap()
            .code()
    }
}

/// Kills a process when the test that waits for it ends.
struct KillOnDrop(u32);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        signal(self.0, "KILL");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.exited.as_mut().is_some_and(|exited| exited.try_recv().is_err()) {
            signal(self.id, "KILL");
        }
    }
}

fn signal(id: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), id.to_string()]).stderr(Stdio::null()).status();
    sent.expect("the program kill");
}
