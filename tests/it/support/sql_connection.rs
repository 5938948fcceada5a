//! A connection to a test database that bypasses the service.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::time::sleep;
use tokio_postgres::{Client, NoTls};

use super::TestDatabase;

/// How long SQLite waits for a lock of the service.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Longer than the service takes to reach any state that a test waits for.
const STATE_TIMEOUT: Duration = Duration::from_secs(10);

/// One connection to a test database.
pub(crate) enum SqlConnection {
    Postgres(Client),
    Sqlite(Arc<Mutex<rusqlite::Connection>>),
}

impl SqlConnection {
    /// Connects. Statements need not name the schema of the service's tables.
    pub(crate) async fn on(database: &TestDatabase) -> Self {
        if let Some(path) = database.url().strip_prefix("sqlite://") {
            let path = path.split('?').next().expect("a path");
            let connection = rusqlite::Connection::open(path).expect("a connection to the test database");
            connection.busy_timeout(BUSY_TIMEOUT).unwrap();
            connection.pragma_update(None, "foreign_keys", "on").unwrap();
            return Self::Sqlite(Arc::new(Mutex::new(connection)));
        }
        Self::to(database.url()).await
    }

    /// Connects to a PostgreSQL database.
    pub(crate) async fn to(url: &str) -> Self {
        let (client, connection) =
            tokio_postgres::connect(url, NoTls).await.expect("a connection to the test database");
        tokio::spawn(connection);
        client.batch_execute("set search_path = public, taskbridge").await.expect("a search path");
        Self::Postgres(client)
    }

    /// Runs one or more statements.
    pub(crate) async fn run(&self, sql: &str) {
        match self {
            Self::Postgres(client) => {
                client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{error:?}: {sql}"));
            }
            Self::Sqlite(connection) => {
                let (connection, sql) = (Arc::clone(connection), sql.to_owned());
                let run = move || {
                    connection.lock().unwrap().execute_batch(&sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
                };
                // it may wait for a lock of the service
                tokio::task::spawn_blocking(run).await.unwrap();
            }
        }
    }

    /// The first column of the result.
    pub(crate) async fn column(&self, sql: &str) -> Vec<String> {
        self.read(sql, 0).await
    }

    /// The only value of the result, a number.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.read(sql, 0).await.into_iter().next().expect("a number")
    }

    /// The only value of the result, a text.
    pub(crate) async fn text(&self, sql: &str) -> String {
        self.column(sql).await.into_iter().next().expect("a text")
    }

    /// Waits until a table, or `table where condition`, has no rows.
    pub(crate) async fn wait_until_empty(&self, table: &str) {
        let started = Instant::now();
        while self.number(&format!("select count(*) from {table}")).await > 0 {
            assert!(started.elapsed() < STATE_TIMEOUT, "{table} has rows");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The plan of a statement, line by line.
    pub(crate) async fn plan(&self, explain: &str, statement: &sea_orm::Statement) -> Vec<String> {
        let column_of_text = if matches!(self, Self::Postgres(_)) { 0 } else { 3 };
        self.read(&format!("{explain} {statement}"), column_of_text).await
    }

    async fn read<T>(&self, sql: &str, column: usize) -> Vec<T>
    where
        T: for<'r> tokio_postgres::types::FromSql<'r> + rusqlite::types::FromSql + Send + 'static,
    {
        match self {
            Self::Postgres(client) => {
                let rows = client.query(sql, &[]).await.unwrap_or_else(|error| panic!("{error:?}: {sql}"));
                rows.iter().map(|row| row.get(column)).collect()
            }
            Self::Sqlite(connection) => {
                let (connection, sql) = (Arc::clone(connection), sql.to_owned());
                tokio::task::spawn_blocking(move || read_sqlite(&connection.lock().unwrap(), &sql, column))
                    .await
                    .unwrap()
            }
        }
    }
}

impl TestDatabase {
    /// Waits until a statement waits for a lock in this PostgreSQL database.
    pub(crate) async fn wait_for_lock(&self) {
        self.wait_for_locks(1).await;
    }

    /// Waits until so many statements wait for locks in this PostgreSQL database.
    pub(crate) async fn wait_for_locks(&self, count: i64) {
        self.wait_until_locks(|waiting| waiting >= count).await;
    }

    /// Waits until no statement waits for a lock in this PostgreSQL database.
    pub(crate) async fn wait_for_no_lock(&self) {
        self.wait_until_locks(|waiting| waiting == 0).await;
    }

    async fn wait_until_locks(&self, is_expected: impl Fn(i64) -> bool) {
        // a connection of its own, since a transaction does not see connections that are opened after its first look
        let sql = SqlConnection::on(self).await;
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let started = Instant::now();
        loop {
            let count = sql.number(waiting).await;
            if is_expected(count) {
                return;
            }
            assert!(started.elapsed() < STATE_TIMEOUT, "{count} statements wait for locks");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

fn read_sqlite<T: rusqlite::types::FromSql>(connection: &rusqlite::Connection, sql: &str, column: usize) -> Vec<T> {
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    let rows = statement.query_map([], |row| row.get(column)).unwrap();
    rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}: {sql}"))
}
