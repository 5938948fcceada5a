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

/// How long it may take to start, to say something, to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// The running process. It ends when its standard input does, which this process holds.
pub(super) struct Server {
    child: Child,
    log: watch::Receiver<String>,
}

impl Server {
    /// Starts it and waits until it listens.
    pub(super) async fn start(settings: &BTreeMap<String, String>) -> Self {
        let settings = settings.clone();
        let begun = tokio::task::spawn_blocking(move || Self::begin(&settings));
        let server = begun.await.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()));
        server.logs("listening on ").await;
        server
    }

    /// The program's text is an argument: its imports are looked for in the folder that it runs in.
    #[expect(clippy::disallowed_methods, reason = "where programs are is no setting of the service")]
    fn begin(settings: &BTreeMap<String, String>) -> Self {
        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", PROGRAM]).current_dir(install::folder());
        node.env_clear().envs(settings).env("PATH", env::var_os("PATH").unwrap_or_default());
        node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = node.spawn().unwrap_or_else(|error| panic!("{}", install::missing("node", &error)));
        let (write, log) = watch::channel(String::new());
        keep(child.stdout.take().expect("a pipe was asked for"), write.clone());
        keep(child.stderr.take().expect("a pipe was asked for"), write);
        Self { child, log }
    }

    /// Waits for a line that begins so, and returns its rest.
    pub(super) async fn logs(&self, beginning: &str) -> String {
        let rest = |log: &str| log.lines().find_map(|line| line.strip_prefix(beginning).map(str::to_owned));
        let mut log = self.log.clone();
        let said = timeout(PATIENCE, log.wait_for(|log| rest(log).is_some())).await;
        let said = said.ok().and_then(Result::ok).and_then(|log| rest(&log));
        said.unwrap_or_else(|| panic!("Better Auth never said {beginning:?}:\n{}", *self.log.borrow()))
    }

    /// Ends it as the end of the test process would.
    pub(super) async fn stop(mut self) {
        drop(self.child.stdin.take());
        let over = async {
            while self.child.try_wait().unwrap().is_none() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, over).await.expect("a Better Auth that ends with its standard input");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn keep(pipe: impl Read + Send + 'static, log: watch::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            log.send_modify(|log| log.extend([&line, "\n"]));
        }
    });
}
