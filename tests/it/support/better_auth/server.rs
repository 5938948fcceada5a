//! Better Auth as a Node process that cannot outlive the test process.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::install;

const PROGRAM: &str = include_str!("../../../better-auth/server.mjs");

/// The longest wait for a start, a log line or an exit.
const SERVER_TIMEOUT: Duration = Duration::from_mins(1);

/// The process. It exits when its standard input closes, which this process holds open.
pub(super) struct Server {
    child: Child,
    log: watch::Receiver<String>,
}

impl Server {
    /// Starts it and waits until it listens.
    pub(super) async fn start(settings: &BTreeMap<String, String>) -> Self {
        let settings = settings.clone();
        let started = tokio::task::spawn_blocking(move || Self::begin(&settings));
        let server = started.await.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()));
        server.logs("listening on ").await;
        server
    }

    /// The program is passed as an argument, so that its imports resolve in the working folder.
    #[expect(clippy::disallowed_methods, reason = "the location of programs is not a setting of the service")]
    fn begin(settings: &BTreeMap<String, String>) -> Self {
        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", PROGRAM]).current_dir(install::server());
        node.env_clear().envs(settings).env("PATH", env::var_os("PATH").unwrap_or_default());
        node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = node.spawn().unwrap_or_else(|error| panic!("{}", install::missing("node", &error)));
        let (write, log) = watch::channel(String::new());
        collect(child.stdout.take().expect("a piped stream"), write.clone());
        collect(child.stderr.take().expect("a piped stream"), write);
        Self { child, log }
    }

    /// Waits for a log line with this prefix and returns the rest of the line.
    pub(super) async fn logs(&self, prefix: &str) -> String {
        let rest = |log: &str| log.lines().find_map(|line| line.strip_prefix(prefix).map(str::to_owned));
        let mut log = self.log.clone();
        let line = timeout(SERVER_TIMEOUT, log.wait_for(|log| rest(log).is_some())).await;
        let line = line.ok().and_then(Result::ok).and_then(|log| rest(&log));
        line.unwrap_or_else(|| panic!("Better Auth did not log {prefix:?}:\n{}", *self.log.borrow()))
    }

    /// Stops it as the exit of the test process would.
    pub(super) async fn stop(mut self) {
        drop(self.child.stdin.take());
        let exited = async {
            while self.child.try_wait().unwrap().is_none() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(SERVER_TIMEOUT, exited).await.expect("Better Auth exits when its standard input closes");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn collect(pipe: impl Read + Send + 'static, log: watch::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            log.send_modify(|log| log.extend([&line, "\n"]));
        }
    });
}
