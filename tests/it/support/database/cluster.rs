//! A throw-away PostgreSQL cluster made by the programs on this machine.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::keeper::Keeper;
use super::programs::Programs;
use super::say;

/// A PostgreSQL server of one's own, to be stopped, started and frozen; gone when dropped or when the process ends.
///
/// Its verbs block the thread until they are done, a second at most.
pub(crate) struct Cluster {
    keeper: Keeper,
    url: String,
}

impl Cluster {
    /// A new cluster, running; `None`, and a line that says so, where PostgreSQL's programs are not installed.
    pub(crate) fn start() -> Option<Cluster> {
        let Some(programs) = Programs::find() else {
            let test = thread::current().name().unwrap_or("a test").to_owned();
            say(&format!(
                "NOT TESTED: {test} stops a PostgreSQL server of its own; install the programs initdb, pg_ctl and postgres, \
                 for example by `apt-get install postgresql`"
            ));
            return None;
        };
        Some(Cluster::made_by(&programs).unwrap_or_else(|reason| panic!("{reason}")))
    }

    /// The superuser's connection to the database `postgres`; it stays the same over a restart.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server as a crash would: no farewell to its clients, no checkpoint.
    pub(crate) fn stop_immediately(&mut self) {
        self.must("stop");
    }

    /// Starts the server again, on the same port with the same data.
    pub(crate) fn restart(&mut self) {
        self.must("start");
    }

    /// Freezes the server's processes: connections stay open and nothing answers.
    pub(crate) fn pause(&mut self) {
        self.must("pause");
    }

    /// Lets a frozen server go on.
    pub(crate) fn resume(&mut self) {
        self.must("resume");
    }

    pub(super) fn made_by(programs: &Programs) -> Result<Cluster, String> {
        let mut failure = String::new();
        for _ in 0..3 {
            let port = free_port()?;
            match Keeper::of_cluster(programs, port) {
                Ok(keeper) => {
                    return Ok(Cluster { keeper, url: format!("postgres://postgres@127.0.0.1:{port}/postgres") });
                }
                Err(reason) => failure = reason,
            }
        }
        Err(format!("PostgreSQL from {} does not start: {failure}", programs.folder()))
    }

    fn must(&mut self, verb: &str) {
        self.keeper.ask(verb).unwrap_or_else(|reason| panic!("cannot {verb} the PostgreSQL server: {reason}"));
    }
}

/// A port that nobody listens on, below those that systems hand out by themselves: it must still be free at a restart.
pub(crate) fn free_port() -> Result<u16, String> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let candidates = (0..1000).filter_map(|_| {
        let step = TRIED.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id());
        u16::try_from(15_000 + step.wrapping_mul(7_919) % 15_000).ok()
    });
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    candidates.into_iter().find(free).ok_or_else(|| "no free port for PostgreSQL".to_owned())
}
