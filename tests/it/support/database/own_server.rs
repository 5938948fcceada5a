//! A PostgreSQL server of one test, which may stop its processes and restart it.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use tokio::time::timeout;

use super::{
    super::SqlConnection,
    Backend, TestDatabase,
    cluster::Cluster,
    programs::{Programs, unprivileged_account},
};

/// Waits if a stopped process holds a lock that every session needs.
const UPDATE: &str = "update task set title = title || '' where user_id = 'ann'";

const UPDATE_TIMEOUT: Duration = Duration::from_millis(500);

/// A server that is stopped when this value is dropped or the process ends.
pub(crate) struct OwnServer {
    cluster: Cluster,
    programs: Programs,
    stopped: Mutex<Vec<String>>,
}

impl OwnServer {
    /// Starts a server; returns it and its database.
    pub(crate) async fn start() -> (Self, TestDatabase) {
        let start = || {
            let programs = Programs::find().expect("PostgreSQL's programs: apt-get install postgresql");
            let cluster = Cluster::start(&programs).unwrap_or_else(|reason| panic!("{reason}"));
            Self { cluster, programs, stopped: Mutex::default() }
        };
        let server = tokio::task::spawn_blocking(start).await.unwrap();
        let url = server.cluster.url().to_owned();
        let backend = Backend::Postgres;
        (
            server,
            TestDatabase {
                backend,
                url,
                service_url: None,
                has_row_level_security: false,
                _folder: None,
                _database: None,
            },
        )
    }

    /// Restarts the server as after a crash: it loses all connections and recovers from its log.
    pub(crate) async fn crashes_and_restarts(&self) {
        let mut command = Command::new(format!("{}/pg_ctl", self.programs.folder()));
        command.args(["restart", "-m", "immediate", "-w", "-D", "data", "-l", "server.log"]);
        command.current_dir(self.cluster.folder()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = unprivileged_account() {
            command.uid(user).gid(group);
        }
        let status = tokio::task::spawn_blocking(move || command.status()).await.unwrap();
        assert!(status.unwrap().success(), "PostgreSQL does not restart");
    }

    /// Stops the process that accepts connections (SIGSTOP).
    pub(crate) fn stop_postmaster(&self) {
        let file = fs::read_to_string(self.cluster.folder().join("data/postmaster.pid")).unwrap();
        self.stop(vec![file.lines().next().unwrap().to_owned()]);
    }

    /// Stops the processes that serve the other connections to the database (SIGSTOP), at a moment when none of them holds a
    /// lock that every session needs. Ann's tasks must not be written meanwhile.
    pub(crate) async fn stop_backends(&self, database: &TestDatabase) {
        const BACKENDS: &str = "select pid::text from pg_stat_activity
            where backend_type = 'client backend' and pid <> pg_backend_pid()";
        let sql = SqlConnection::on(database).await;
        for _ in 0..50 {
            let backends = sql.column(BACKENDS).await;
            assert!(!backends.is_empty(), "the service has no connection");
            self.stop(backends);
            if timeout(UPDATE_TIMEOUT, sql.run(UPDATE)).await.is_ok() {
                return;
            }
            self.resume();
        }
        panic!("whenever the processes are stopped, they hold a lock");
    }

    /// Lets all stopped processes continue.
    pub(crate) fn resume(&self) {
        signal("CONT", &std::mem::take(&mut *self.stopped.lock().unwrap()));
    }

    fn stop(&self, processes: Vec<String>) {
        signal("STOP", &processes);
        self.stopped.lock().unwrap().extend(processes);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.resume();
    }
}

fn signal(name: &str, processes: &[String]) {
    if !processes.is_empty() {
        // one that has ended meanwhile makes it fail
        let _status = Command::new("kill").arg(format!("-{name}")).args(processes).stderr(Stdio::null()).status();
    }
}
