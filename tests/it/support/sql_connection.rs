//! What a test does to the database by itself, past the service.

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, QueryResult, Statement, TryGetable,
};

use super::TestDatabase;

/// One session on a test's database.
pub(crate) struct SqlConnection(DatabaseConnection);

impl SqlConnection {
    #[expect(clippy::disallowed_methods, reason = "a test looks at what is stored past the service")]
    pub(crate) async fn on(database: &TestDatabase) -> Self {
        let mut options = ConnectOptions::new(database.url());
        options.max_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.expect("a session on the test's database"))
    }

    /// Runs statements, as many as stand in `sql`.
    pub(crate) async fn run(&self, sql: &str) {
        self.0.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The first column of what `sql` finds.
    pub(crate) async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        self.query(Statement::from_string(self.0.get_database_backend(), sql.to_owned())).await
    }

    /// The one number that `sql` finds.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.column(sql).await.into_iter().next().expect("a number")
    }

    /// The one text that `sql` finds.
    pub(crate) async fn text(&self, sql: &str) -> String {
        self.column(sql).await.into_iter().next().expect("a text")
    }

    /// The first column of what a statement with values finds.
    pub(crate) async fn query<T: TryGetable>(&self, statement: Statement) -> Vec<T> {
        self.read(statement, |row| row.try_get_by_index(0)).await
    }

    /// One column of what a statement with values finds.
    pub(crate) async fn query_column<T: TryGetable>(&self, column: &str, statement: Statement) -> Vec<T> {
        self.read(statement, |row| row.try_get("", column)).await
    }

    async fn read<T>(&self, statement: Statement, read: impl Fn(&QueryResult) -> Result<T, DbErr>) -> Vec<T> {
        let sql = statement.sql.clone();
        let rows = self.0.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        rows.iter().map(|row| read(row).unwrap_or_else(|error| panic!("{error}: {sql}"))).collect()
    }
}
