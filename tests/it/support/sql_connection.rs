//! A connection to a test database that bypasses the service.

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, QueryResult, Statement, TryGetable,
};

use super::TestDatabase;

/// One connection to a test database.
pub(crate) struct SqlConnection(DatabaseConnection);

impl SqlConnection {
    #[expect(clippy::disallowed_methods, reason = "a test inspects what is stored")]
    pub(crate) async fn on(database: &TestDatabase) -> Self {
        let mut options = ConnectOptions::new(database.url());
        options.max_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.expect("a connection to the test database"))
    }

    /// Runs one or more statements.
    pub(crate) async fn run(&self, sql: &str) {
        self.0.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The first column of the result.
    pub(crate) async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        self.query(Statement::from_string(self.0.get_database_backend(), sql.to_owned())).await
    }

    /// The only value of the result, a number.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.column(sql).await.into_iter().next().expect("a number")
    }

    /// The only value of the result, a text.
    pub(crate) async fn text(&self, sql: &str) -> String {
        self.column(sql).await.into_iter().next().expect("a text")
    }

    /// The first column of the result of a statement with parameters.
    pub(crate) async fn query<T: TryGetable>(&self, statement: Statement) -> Vec<T> {
        self.read(statement, |row| row.try_get_by_index(0)).await
    }

    /// A named column of the result of a statement with parameters.
    pub(crate) async fn query_column<T: TryGetable>(&self, column: &str, statement: Statement) -> Vec<T> {
        self.read(statement, |row| row.try_get("", column)).await
    }

    async fn read<T>(&self, statement: Statement, read: impl Fn(&QueryResult) -> Result<T, DbErr>) -> Vec<T> {
        let sql = statement.sql.clone();
        let rows = self.0.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        rows.iter().map(|row| read(row).unwrap_or_else(|error| panic!("{error}: {sql}"))).collect()
    }
}
