//! `PgBouncer` in transaction mode in front of a test database.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use url::Url;

use super::{TestDatabase, cleanup_shell::CleanupShell, cluster::free_port, service_role, setting};

const NO_PROGRAM: &str = "no PgBouncer to test with: apt-get install pgbouncer";

/// Where packages install the program, beside the `PATH`.
const INSTALLED: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/// The pool size of the pooler that all databases of this process share.
const SHARED_POOL_SIZE: u32 = 4;

/// A pooler that ends when this value is dropped or the process ends.
pub(crate) struct PgBouncer {
    _shell: CleanupShell,
    port: u16,
    url: String,
}

impl PgBouncer {
    /// Starts a pooler that has at most `pool_size` connections to this database.
    pub(crate) async fn start(database: &TestDatabase, pool_size: u32) -> Self {
        let url =
            if database.has_row_level_security() { service_role::url(database.url()) } else { database.url().into() };
        let server = Url::parse(&url).expect("the URL of a PostgreSQL database");
        let started =
            tokio::task::spawn_blocking(move || Self::launch(&server, pool_size, server.path().trim_matches('/')));
        started.await.unwrap().unwrap_or_else(|reason| panic!("{reason}"))
    }

    /// The URL that the service connects to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn launch(server: &Url, pool_size: u32, database: &str) -> Result<Self, String> {
        let (program, port) = (find().ok_or(NO_PROGRAM)?, free_port()?);
        let shell = CleanupShell::with_pgbouncer(&program, port, server, pool_size, database)
            .map_err(|reason| format!("PgBouncer does not start: {reason}"))?;
        Ok(Self { _shell: shell, port, url: behind(server, port) })
    }
}

/// The URL of this database behind the pooler that the environment variable `TEST_POOLER` asks for.
pub(super) fn shared_url(database: &str) -> Option<String> {
    static POOLER: OnceLock<Result<PgBouncer, String>> = OnceLock::new();
    match setting("TEST_POOLER")?.as_str() {
        "transaction" => {}
        other => panic!("TEST_POOLER={other}: expected transaction"),
    }
    let server = Url::parse(database).expect("the URL of a PostgreSQL database");
    let pooler = POOLER.get_or_init(|| PgBouncer::launch(&server, SHARED_POOL_SIZE, "*"));
    let pooler = pooler.as_ref().unwrap_or_else(|reason| panic!("{reason}"));
    Some(behind(&server, pooler.port))
}

fn behind(server: &Url, port: u16) -> String {
    let mut url = server.clone();
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(port)).expect("a port");
    url.set_query(Some("sslmode=disable"));
    url.into()
}

#[expect(clippy::disallowed_methods, reason = "the location of programs is not a setting of the service")]
fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed = INSTALLED.iter().map(PathBuf::from);
    env::split_paths(&path).chain(installed).map(|folder| folder.join("pgbouncer")).find(|file| Path::is_file(file))
}
