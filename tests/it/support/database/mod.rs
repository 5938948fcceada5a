//! A database of its own for every test: an SQLite file or a PostgreSQL database, gone when the test is over.

mod admin;
mod cleanup_shell;
mod cluster;
mod container;
mod programs;
mod server;

use std::io::Write as _;
use std::panic;
use std::sync::LazyLock;

use tempfile::TempDir;

use self::cleanup_shell::CleanupShell;
pub(crate) use self::cluster::free_port;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A database of the test's own, empty, gone when the test is over.
pub(crate) struct TestDatabase {
    backend: Backend,
    url: String,
    _folder: Option<TempDir>,
    _database: Option<server::Database>,
}

impl TestDatabase {
    /// A new, empty database. The first PostgreSQL one waits until a server is found or started.
    pub(crate) async fn new(backend: Backend) -> TestDatabase {
        let made = tokio::task::spawn_blocking(move || match backend {
            Backend::Sqlite => Self::file(),
            Backend::Postgres => Self::on_server(),
        });
        made.await.unwrap_or_else(|failure| panic::resume_unwind(failure.into_panic()))
    }

    /// What to connect to: `sqlite://…?mode=rwc` or `postgres://…`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    fn file() -> TestDatabase {
        static FOLDER: LazyLock<CleanupShell> =
            LazyLock::new(|| CleanupShell::of_folder().expect("a folder for SQLite files"));
        let folder = TempDir::new_in(FOLDER.folder()).expect("a folder for an SQLite file");
        TestDatabase {
            backend: Backend::Sqlite,
            url: format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display()),
            _folder: Some(folder),
            _database: None,
        }
    }

    fn on_server() -> TestDatabase {
        let database = server::the_server().create();
        TestDatabase {
            backend: Backend::Postgres,
            url: database.url().to_owned(),
            _folder: None,
            _database: Some(database),
        }
    }
}

/// Writes a line that the test harness does not capture.
fn say(line: &str) {
    let _closed = writeln!(std::io::stderr(), "{line}");
}

/// A setting of whoever runs the tests; an empty one counts as none.
#[expect(clippy::disallowed_methods, reason = "the tests have settings of their own")]
fn setting(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok().filter(|value| !value.is_empty())
}
