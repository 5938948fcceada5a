//! The PostgreSQL server of this test process. It is required: no test is skipped without it.

use std::sync::OnceLock;

use url::Url;

use super::admin::DatabaseAdmin;
use super::cluster::Cluster;
use super::container::Container;
use super::programs::Programs;
use super::{print, setting};

const NO_SERVER: &str = "no PostgreSQL to test on; do one of these:
  - set TEST_DATABASE_URL to a server whose user may create databases,
  - start Docker (DOCKER_HOST or the default socket),
  - install PostgreSQL's programs (initdb, pg_ctl, postgres), for example by `apt-get install postgresql`.";

/// A PostgreSQL server and the connection that creates databases on it.
pub(super) struct Server {
    url: Url,
    admin: DatabaseAdmin,
    _cluster: Option<Cluster>,
}

/// A database on the server; dropped with this value.
pub(super) struct Database {
    name: String,
    url: String,
    admin: &'static DatabaseAdmin,
}

/// The server that all tests of this process share.
pub(super) fn shared() -> &'static Server {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER.get_or_init(find).as_ref().unwrap_or_else(|reason| panic!("{reason}"))
}

impl Server {
    pub(super) fn create(&'static self) -> Database {
        let name = self.admin.create().unwrap_or_else(|reason| panic!("{reason}"));
        let mut url = self.url.clone();
        url.set_path(&name);
        Database { name, url: url.into(), admin: &self.admin }
    }

    /// Connects and prints which server the tests use.
    fn open(url: &str, origin: &str) -> Result<Server, String> {
        let url =
            Url::parse(url).map_err(|reason| format!("not the URL of a PostgreSQL server ({origin}): {reason}"))?;
        let admin = DatabaseAdmin::connect(&url)
            .map_err(|reason| format!("cannot use the PostgreSQL server {origin}: {reason}"))?;
        print(&format!("tests use PostgreSQL {} {origin}", admin.version()));
        Ok(Server { url, admin, _cluster: None })
    }
}

impl Database {
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.admin.discard(&self.name);
    }
}

fn find() -> Result<Server, String> {
    if let Some(url) = setting("TEST_DATABASE_URL") {
        return Server::open(&url, "named by TEST_DATABASE_URL");
    }
    if setting("TEST_POSTGRES_PROGRAMS").is_none()
        && let Some(container) = Container::start()
    {
        let server = Server::open(container.url(), "in a Docker container");
        container.stop_with_the_admin_connection();
        return server;
    }
    let programs = Programs::find().ok_or(NO_SERVER)?;
    let origin = format!("from {} (throw-away cluster)", programs.folder());
    let cluster = Cluster::start(&programs)?;
    let server = Server::open(cluster.url(), &origin)?;
    Ok(Server { _cluster: Some(cluster), ..server })
}
