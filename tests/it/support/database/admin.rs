//! The one connection over which the test databases are made and dropped, on a thread of its own:
//! no test's runtime has to live on for another test.

use std::hash::{BuildHasher as _, RandomState};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, query_as, query_scalar};
use tokio::runtime;
use tokio::time::timeout;
use url::Url;

/// How long a test's end waits for its database to go.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECTING: Duration = Duration::from_secs(10);

/// Databases whose clerk is gone with its process, by kill -9 perhaps, on a server that outlived it.
const ORPHANS: &str = "select d.datname::text from pg_database d
    where d.datname ~ '^taskbridge_test_[0-9a-f]+_[0-9]+$' and not exists
        (select from pg_stat_activity a where a.application_name = substring(d.datname from '^taskbridge_test_[0-9a-f]+'))";

/// The version, and how to copy the template: file by file is the faster where nothing is synced (before 15, the only way).
const SERVER: &str = "select split_part(current_setting('server_version'), ' ', 1),
    case when current_setting('fsync') = 'off' and current_setting('server_version_num')::int >= 150000
         then ' strategy file_copy' else '' end";

/// Makes databases and drops them.
pub(super) struct DatabaseAdmin {
    /// The connection's application name, and what its databases' names begin with.
    name: String,
    server: Server,
    made: AtomicU32,
    orders: Sender<Order>,
}

struct Server {
    version: String,
    strategy: String,
}

struct Order {
    statement: String,
    done: Sender<Result<(), String>>,
}

impl DatabaseAdmin {
    pub(super) fn at(url: &Url) -> Result<DatabaseAdmin, String> {
        let name = format!("taskbridge_test_{:016x}", RandomState::new().hash_one(std::process::id()));
        let options = PgConnectOptions::from_str(url.as_str()).map_err(|reason| reason.to_string())?;
        let options = options.application_name(&name);
        let (orders, inbox) = channel();
        let (greet, greeting) = channel();
        thread::spawn(move || serve(&options, &greet, &inbox));
        let server = greeting.recv().map_err(|gone| gone.to_string())??;
        Ok(DatabaseAdmin { name, server, made: AtomicU32::new(0), orders })
    }

    /// The server's version, such as `17.2`.
    pub(super) fn version(&self) -> &str {
        &self.server.version
    }

    /// Makes an empty database and returns its name.
    pub(super) fn create(&self) -> Result<String, String> {
        let name = format!("{}_{}", self.name, self.made.fetch_add(1, Ordering::Relaxed));
        // template0: nobody can be connected to it, which would refuse the copy.
        let response = self.order(format!("create database {name} template template0{}", self.server.strategy));
        let response = response.recv().map_err(|gone| gone.to_string())?;
        response
            .map(|()| name)
            .map_err(|reason| format!("cannot create a test database; its server's user must be allowed to: {reason}"))
    }

    /// Drops a database with whoever is still connected to it; gives up when that takes too long.
    pub(super) fn discard(&self, name: &str) {
        // `force` alone looks only every 100 ms whether those it asked to leave are gone.
        self.order(format!(
            "do $$ begin for i in 1..20 loop
                perform pg_stat_clear_snapshot(), pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}';
                exit when not found;
                perform pg_sleep(0.005);
            end loop; end $$"
        ));
        let response = self.order(drop_statement(name));
        let _kept = response.recv_timeout(PATIENCE);
    }

    fn order(&self, statement: String) -> Receiver<Result<(), String>> {
        let (done, response) = channel();
        let _closed = self.orders.send(Order { statement, done });
        response
    }
}

fn serve(options: &PgConnectOptions, greet: &Sender<Result<Server, String>>, inbox: &Receiver<Order>) {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().expect("a runtime for the test databases");
    let mut connection = match runtime.block_on(open(options)) {
        Ok((connection, server)) => {
            let _gone = greet.send(Ok(server));
            connection
        }
        Err(reason) => return greet.send(Err(reason)).unwrap_or_default(),
    };
    for Order { statement, done } in inbox {
        let executed = runtime.block_on(connection.execute(AssertSqlSafe(statement)));
        let _gone = done.send(executed.map(drop).map_err(|reason| reason.to_string()));
    }
}

async fn open(options: &PgConnectOptions) -> Result<(PgConnection, Server), String> {
    let connecting = timeout(CONNECTING, options.connect()).await.map_err(|late| late.to_string())?;
    let mut connection = connecting.map_err(|reason| reason.to_string())?;
    let server = survey(&mut connection).await.map_err(|reason| reason.to_string())?;
    Ok((connection, server))
}

/// Drops what others left behind, and looks at what the server is.
async fn survey(connection: &mut PgConnection) -> Result<Server, sea_orm::sqlx::Error> {
    for orphan in query_scalar::<_, String>(ORPHANS).fetch_all(&mut *connection).await? {
        let _not_ours = connection.execute(AssertSqlSafe(drop_statement(&orphan))).await;
    }
    let (version, strategy) = query_as(SERVER).fetch_one(connection).await?;
    Ok(Server { version, strategy })
}

fn drop_statement(name: &str) -> String {
    format!("drop database if exists {name} with (force)")
}
