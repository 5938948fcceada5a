//! [`PostgresOptions`].

use std::{fmt, iter, sync::Arc};

use tokio_postgres::{CancelToken, Client, Error, config::LoadBalanceHosts};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{connection::PostgresConnection, environment::PgEnvironment, parameters::Parameters, server::Server, url};
use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting};

/// How to connect to PostgreSQL. Clones share their content.
#[derive(Clone)]
pub(in crate::db) struct PostgresOptions {
    pub(super) servers: Arc<Servers>,
    tls: MakeRustlsConnect,
}

pub(super) struct Servers {
    first: Server,
    others: Vec<Server>,
    in_random_order: bool,
    /// Whether the URL says that it leads to a pooler.
    has_pooler: bool,
}

impl PostgresOptions {
    /// Parses a `postgres:` or `postgresql:` URL, and reads the certificate files that it names.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if a part is malformed, a parameter is unknown or not supported, or a file cannot be used.
    pub(in crate::db) fn parse(url: &str, environment: &PgEnvironment) -> Result<Self, InvalidUrl> {
        let parameters = parameters(url, environment)?;
        let (mode, tls) = parameters.tls.connector()?;
        let mut servers = parameters.hosts.resolve()?.into_iter().map(|host| Server::new(host, &parameters, mode));
        let first = servers.next().ok_or_else(|| InvalidUrl::new("the database URL", "must name a host"))?;
        let others = servers.collect();
        let in_random_order = parameters.config.get_load_balance_hosts() == LoadBalanceHosts::Random;
        let servers = Servers { first, others, in_random_order, has_pooler: parameters.has_pooler };
        Ok(Self { servers: Arc::new(servers), tls })
    }

    /// Connects to the first server that accepts. Each but the last must do so within the connect timeout; the caller
    /// limits the whole.
    ///
    /// # Errors
    ///
    /// The error of the last server, if none accepts.
    pub(in crate::db) async fn connect(&self) -> Result<(Client, PostgresConnection), Error> {
        let mut servers: Vec<_> = self.servers.iter().collect();
        if self.servers.in_random_order {
            servers.sort_by_cached_key(|_| getrandom::u64().unwrap_or_default());
        }
        let last = servers.pop().unwrap_or(&self.servers.first);
        for server in servers {
            if let Some(connected) = server.try_connect(self.tls.clone()).await {
                return Ok(connected);
            }
        }
        last.connect(self.tls.clone()).await
    }

    /// Asks the server to cancel what runs on a connection.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached.
    pub(in crate::db) async fn cancel(&self, token: CancelToken) -> Result<(), Error> {
        token.cancel_query(self.tls.clone()).await
    }

    /// Returns whether the URL leads to a pooler in transaction mode: it says so (`pgbouncer=true`), or a host is one of
    /// Neon's or Supabase's.
    pub(in crate::db) fn is_pooler_url(&self) -> bool {
        self.servers.has_pooler || self.servers.iter().any(|server| server.host.is_pooler())
    }
}

impl Servers {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Server> {
        iter::once(&self.first).chain(&self.others)
    }
}

/// Shows the hosts alone.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.servers.iter().map(|server| &server.host)).finish()
    }
}

/// Returns whether `url` is a URL of PostgreSQL, without regard to the environment and to files.
pub(in crate::db) fn is_url(url: &str) -> bool {
    parameters(url, &PgEnvironment::default()).is_ok_and(|parameters| parameters.hosts.resolve().is_ok())
}

/// Collects the settings. A host in the URL replaces both `PGHOST` and `PGHOSTADDR`.
fn parameters(url: &str, environment: &PgEnvironment) -> Result<Parameters, InvalidUrl> {
    let is_host = |setting: &Setting| matches!(setting.name.as_str(), "host" | "hostaddr");
    let in_url = url::settings(url)?;
    let names_host = in_url.iter().any(is_host);
    let defaults = environment.settings().iter().filter(|setting| !(names_host && is_host(setting)));
    let mut parameters = Parameters::new();
    defaults.chain(&in_url).try_for_each(|setting| parameters.apply(setting))?;
    Ok(parameters)
}
