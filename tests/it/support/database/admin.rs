//! The connection that creates and drops the test databases. It runs on a thread of its own, so that no
//! runtime of a test must live longer than the test.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, NoTls};
use url::Url;

use super::setting;

/// The longest wait for a database to be dropped.
const DROP_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Databases left behind by test processes that were killed: no connection has their prefix as its application name.
const ORPHANS: &str = "select d.datname::text from pg_database d
    where d.datname ~ '^taskbridge_test_[0-9a-f]+_[0-9]+$' and not exists
        (select from pg_stat_activity a where a.application_name = substring(d.datname from '^taskbridge_test_[0-9a-f]+'))";

/// The database that `tests/citus/template` has made on every node.
const CITUS_TEMPLATE: &str = "taskbridge_citus";

/// The version, and the clause that selects the faster way to copy the template: file by file if nothing is synced.
const SERVER_INFO: &str = "select split_part(current_setting('server_version'), ' ', 1),
    case when current_setting('fsync') = 'off' and current_setting('server_version_num')::int >= 150000
         then ' strategy file_copy' else '' end";

/// Creates and drops databases.
pub(super) struct DatabaseAdmin {
    /// The application name of the connection and the prefix of the database names.
    name: String,
    server: Server,
    created: AtomicU32,
    commands: Sender<Command>,
    template: &'static str,
}

struct Server {
    version: String,
    strategy: String,
}

struct Command {
    statement: String,
    done: Sender<Result<(), String>>,
}

impl DatabaseAdmin {
    pub(super) fn connect(url: &Url) -> Result<DatabaseAdmin, String> {
        let name = format!("taskbridge_test_{:016x}", RandomState::new().hash_one(std::process::id()));
        let citus_nodes = setting("TEST_CITUS_NODES");
        // template0 accepts no connections, which would prevent the copy
        let template = if citus_nodes.is_some() { CITUS_TEMPLATE } else { "template0" };
        let others = citus_nodes.iter().flat_map(|urls| urls.split(','));
        let nodes: Vec<_> =
            [url.as_str()].into_iter().chain(others).map(|url| node(url, &name)).collect::<Result<_, _>>()?;
        let (commands, inbox) = channel();
        let (ready, connected) = channel();
        thread::spawn(move || serve(&nodes, &ready, &inbox));
        let server = connected.recv().map_err(|gone| gone.to_string())??;
        Ok(DatabaseAdmin { name, server, created: AtomicU32::new(0), commands, template })
    }

    /// The server's version, such as `17.2`.
    pub(super) fn version(&self) -> &str {
        &self.server.version
    }

    /// Creates an empty database and returns its name.
    pub(super) fn create(&self) -> Result<String, String> {
        let name = format!("{}_{}", self.name, self.created.fetch_add(1, Ordering::Relaxed));
        let (template, strategy) = (self.template, &self.server.strategy);
        let response = self.execute(format!("create database {name} template {template}{strategy}"));
        let response = response.recv().map_err(|gone| gone.to_string())?;
        response
            .map(|()| name)
            .map_err(|reason| format!("cannot create a test database; its server's user must be allowed to: {reason}"))
    }

    /// Drops a database and its connections; gives up after a timeout.
    pub(super) fn discard(&self, name: &str) {
        // `force` alone checks every 100 ms only whether the connections are closed.
        self.execute(format!(
            "do $$ begin for i in 1..20 loop
                perform pg_stat_clear_snapshot(), pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}';
                exit when not found;
                perform pg_sleep(0.005);
            end loop; end $$"
        ));
        let response = self.execute(drop_statement(name));
        let _kept = response.recv_timeout(DROP_TIMEOUT);
    }

    fn execute(&self, statement: String) -> Receiver<Result<(), String>> {
        let (done, response) = channel();
        let _closed = self.commands.send(Command { statement, done });
        response
    }
}

fn node(url: &str, application_name: &str) -> Result<Config, String> {
    let mut config: Config = url.parse().map_err(|reason: tokio_postgres::Error| reason.to_string())?;
    config.application_name(application_name);
    Ok(config)
}

/// Executes each command on every node. All but a Citus cluster have one.
fn serve(nodes: &[Config], ready: &Sender<Result<Server, String>>, inbox: &Receiver<Command>) {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().expect("a runtime for the test databases");
    let opened = nodes.iter().rev().map(|node| runtime.block_on(open(node)));
    let (clients, mut servers): (Vec<_>, Vec<_>) = match opened.collect::<Result<Vec<_>, _>>() {
        Ok(opened) => opened.into_iter().unzip(),
        Err(reason) => return ready.send(Err(reason)).unwrap_or_default(),
    };
    let _gone = servers.pop().map(|server| ready.send(Ok(server)));
    for Command { statement, done } in inbox {
        let mut executions = clients.iter().map(|client| runtime.block_on(client.batch_execute(&statement)));
        let executed = executions.find_map(Result::err).map_or(Ok(()), Err);
        let _gone = done.send(executed.map_err(|reason: tokio_postgres::Error| format!("{reason:?}")));
    }
}

async fn open(config: &Config) -> Result<(Client, Server), String> {
    let connecting = timeout(CONNECT_TIMEOUT, config.connect(NoTls)).await.map_err(|late| late.to_string())?;
    let (client, connection) = connecting.map_err(|reason| format!("{reason:?}"))?;
    tokio::spawn(connection);
    let server = prepare(&client).await.map_err(|reason| format!("{reason:?}"))?;
    Ok((client, server))
}

/// Drops orphaned databases and reads what the server supports.
async fn prepare(client: &Client) -> Result<Server, tokio_postgres::Error> {
    for orphan in client.query(ORPHANS, &[]).await? {
        let _not_ours = client.batch_execute(&drop_statement(orphan.get(0))).await;
    }
    let row = client.query_one(SERVER_INFO, &[]).await?;
    Ok(Server { version: row.get(0), strategy: row.get(1) })
}

fn drop_statement(name: &str) -> String {
    format!("drop database if exists {name} with (force)")
}
