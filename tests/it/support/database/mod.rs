//! A database for every test: an SQLite file or a PostgreSQL database, removed when the test ends.

mod admin;
mod cleanup_shell;
mod cluster;
mod container;
mod own_server;
mod pgbouncer;
mod programs;
mod server;
pub(crate) mod service_role;

use std::io::Write as _;
use std::panic;
use std::sync::LazyLock;

use tempfile::TempDir;

use self::cleanup_shell::CleanupShell;
pub(crate) use self::cluster::free_port;
pub(crate) use self::own_server::OwnServer;
pub(crate) use self::pgbouncer::PgBouncer;

/// Every backend, for tests that run on both.
pub(crate) const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// The database that a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A database that is removed when this value is dropped.
pub(crate) struct TestDatabase {
    backend: Backend,
    url: String,
    /// Behind a pooler, or of another role, if the test or the test run asks for it.
    service_url: Option<String>,
    has_row_level_security: bool,
    _folder: Option<TempDir>,
    _database: Option<server::Database>,
}

impl TestDatabase {
    /// Creates an empty database. The first PostgreSQL database waits until a server is found or started.
    pub(crate) async fn new(backend: Backend) -> TestDatabase {
        let created = tokio::task::spawn_blocking(move || match backend {
            Backend::Sqlite => Self::file(),
            Backend::Postgres => Self::on_server(),
        });
        created.await.unwrap_or_else(|failure| panic::resume_unwind(failure.into_panic()))
    }

    /// Creates an empty PostgreSQL database for a service with row-level security.
    pub(crate) async fn with_row_level_security() -> TestDatabase {
        let mut database = Self::new(Backend::Postgres).await;
        if !database.has_row_level_security {
            database.service_url = Some(service_role::url(&database.url));
            database.has_row_level_security = true;
        }
        database
    }

    /// The URL: `sqlite://…?mode=rwc` or `postgres://…`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The URL for a service: behind a pooler if the environment variable `TEST_POOLER` is `transaction`, of a role that owns no
    /// table if `TEST_RLS` is `on`. A test that needs a direct connection sets `DATABASE_URL` to [`TestDatabase::url`].
    pub(crate) fn service_url(&self) -> &str {
        self.service_url.as_deref().unwrap_or(&self.url)
    }

    /// Whether the service at [`TestDatabase::service_url`] has row-level security.
    pub(crate) fn has_row_level_security(&self) -> bool {
        self.has_row_level_security
    }

    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    fn file() -> TestDatabase {
        static FOLDER: LazyLock<CleanupShell> =
            LazyLock::new(|| CleanupShell::with_folder().expect("a folder for SQLite files"));
        let folder = TempDir::new_in(FOLDER.folder()).expect("a folder for an SQLite file");
        TestDatabase {
            backend: Backend::Sqlite,
            url: format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display()),
            service_url: None,
            has_row_level_security: false,
            _folder: Some(folder),
            _database: None,
        }
    }

    fn on_server() -> TestDatabase {
        let database = server::shared().create();
        let has_row_level_security = service_role::is_requested();
        let direct = has_row_level_security.then(|| service_role::url(database.url()));
        let pooled = pgbouncer::shared_url(direct.as_deref().unwrap_or(database.url()));
        TestDatabase {
            backend: Backend::Postgres,
            url: database.url().to_owned(),
            service_url: pooled.or(direct),
            has_row_level_security,
            _folder: None,
            _database: Some(database),
        }
    }
}

/// Prints a line that the test harness does not capture.
pub(crate) fn print(line: &str) {
    let _closed = writeln!(std::io::stderr(), "{line}");
}

/// An environment variable of the test run; an empty one counts as unset.
#[expect(clippy::disallowed_methods, reason = "the tests have settings of their own")]
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok().filter(|value| !value.is_empty())
}
