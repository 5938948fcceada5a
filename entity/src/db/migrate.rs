//! Runs the migrations on a connection of the database's own driver.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use migration::{BetterAuthTable, MigrationStatus, SchemaCheck};
use sea_orm::{
    Database, DatabaseConnection, DbErr, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, Statement,
    prelude::async_trait::async_trait,
};

use super::{
    database::Db,
    error::{MigrationError, StoreError},
    executor::{Executor, Transaction},
    row::Row,
    settings::{DbSettings, Pooler},
    statement::Outcome,
};

/// A migration may rewrite a large table.
const STATEMENT_TIMEOUT: Duration = Duration::from_hours(24);

impl Db {
    /// Applies the pending migrations under a lock and returns their names.
    ///
    /// # Errors
    ///
    /// [`MigrationError::Names`] if Better Auth's tables have other names than the settings;
    /// [`MigrationError::MissingPrivilege`] if the role may not create the service's tables;
    /// [`MigrationError::AccessDenied`] if it may not read them; [`MigrationError::Store`] otherwise: it is
    /// [`StoreError::Unavailable`] also if another process holds the lock for too long.
    pub async fn migrate(settings: &DbSettings) -> Result<Vec<String>, MigrationError> {
        up(settings).await
    }

    /// Checks that nothing is pending. Writes nothing.
    ///
    /// # Errors
    ///
    /// [`MigrationError::Pending`] if the database lacks a migration or a trigger; otherwise as [`Db::migrate`].
    pub async fn check_schema(settings: &DbSettings) -> Result<(), MigrationError> {
        check(settings).await
    }

    /// Returns the statements that grant `role` what it needs to run the service on this PostgreSQL database, with these
    /// rights on Better Auth's tables.
    ///
    /// # Errors
    ///
    /// As [`Db::check_schema`].
    pub async fn grants(
        settings: &DbSettings,
        role: &str,
        better_auth: &[(BetterAuthTable, &str)],
    ) -> Result<Vec<String>, MigrationError> {
        check(settings).await?;
        Ok(inspect(settings, async |db| migration::grants(db, role, better_auth).await).await?)
    }

    /// Returns every migration, in order, and whether this database has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached; [`StoreError::AccessDenied`] if it rejects the role, the
    /// password or the name; [`StoreError::Unexpected`] otherwise.
    pub async fn migration_status(settings: &DbSettings) -> Result<Vec<MigrationStatus>, StoreError> {
        inspect(settings, async |db| migration::status(db).await).await
    }

    /// Runs statements of an administrator in one transaction, on a connection as migrations have.
    pub(crate) async fn administer<T>(
        settings: &DbSettings,
        work: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>,
    ) -> Result<T, StoreError> {
        let migration = Arc::new(MigrationConnection::begin(settings).await?);
        let connection = connect(&migration).await?;
        let result = migration.take_error(work(&connection).await)?;
        migration.transaction.commit().await?;
        Ok(result)
    }
}

async fn up(settings: &DbSettings) -> Result<Vec<String>, MigrationError> {
    let settings = DbSettings { statement_timeout: STATEMENT_TIMEOUT, ..settings.clone() };
    let migration = Arc::new(MigrationConnection::begin(&settings).await?);
    let outcome = migration::up(&connect(&migration).await?, &settings.better_auth_names).await;
    match migration.take_error(outcome)? {
        migration::Outcome::Applied(names) => {
            migration.transaction.commit().await?;
            Ok(names)
        }
        migration::Outcome::NamesMismatch(mismatch) => {
            migration.transaction.rollback().await?;
            Err(MigrationError::Names(mismatch))
        }
        migration::Outcome::MissingPrivilege(statement) => {
            migration.transaction.rollback().await?;
            Err(MigrationError::MissingPrivilege(statement))
        }
        migration::Outcome::AccessDenied(role) => {
            migration.transaction.rollback().await?;
            Err(MigrationError::AccessDenied(role))
        }
    }
}

async fn check(settings: &DbSettings) -> Result<(), MigrationError> {
    match inspect(settings, async |db| migration::check(db, &settings.better_auth_names).await).await? {
        SchemaCheck::UpToDate => Ok(()),
        SchemaCheck::Pending(names) => Err(MigrationError::Pending(names)),
        SchemaCheck::NamesMismatch(mismatch) => Err(MigrationError::Names(mismatch)),
        SchemaCheck::AccessDenied(role) => Err(MigrationError::AccessDenied(role)),
    }
}

/// Runs statements that change nothing, on a connection as migrations have.
async fn inspect<T>(
    settings: &DbSettings,
    work: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>,
) -> Result<T, StoreError> {
    let migration = Arc::new(MigrationConnection::begin(settings).await?);
    let result = migration.take_error(work(&connect(&migration).await?).await)?;
    migration.transaction.rollback().await?;
    Ok(result)
}

async fn connect(migration: &Arc<MigrationConnection>) -> Result<DatabaseConnection, StoreError> {
    let backend = migration.transaction.dialect().backend();
    let connection: Box<dyn ProxyDatabaseTrait> = Box::new(Proxy(Arc::clone(migration)));
    Ok(Database::connect_proxy(backend, Arc::new(connection)).await?)
}

/// The transaction in which migrations run, and the first error in it: SeaORM keeps only its text.
struct MigrationConnection {
    transaction: Transaction,
    error: Mutex<Option<StoreError>>,
}

impl MigrationConnection {
    /// Assumes a pooler: everything happens in one transaction, which works without one too.
    async fn begin(settings: &DbSettings) -> Result<Self, StoreError> {
        let db = Db::open(&DbSettings { pooler: Pooler::Transaction, ..settings.clone() }).await?;
        Ok(Self { transaction: db.begin().await?, error: Mutex::default() })
    }

    async fn run(&self, statement: Statement) -> Result<Outcome<Row>, DbErr> {
        if statement.values.is_some() || returns_rows(&statement.sql) {
            return self.transaction.run_statement(statement).await.map_err(|error| self.keep(error));
        }
        self.transaction.run_script(statement).await.map_err(|error| self.keep(error))?;
        Ok(Outcome::default())
    }

    fn keep(&self, error: StoreError) -> DbErr {
        let text = error.to_string();
        self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        DbErr::Custom(text)
    }

    fn take_error<T>(&self, result: Result<T, DbErr>) -> Result<T, StoreError> {
        let kept = self.error.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.map_err(|error| kept.unwrap_or_else(|| error.into()))
    }
}

/// Scripts of several statements have no parameters and no rows.
fn returns_rows(sql: &str) -> bool {
    sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

/// The connection that SeaORM sees. A transaction is in progress already, so that it begins and commits none.
struct Proxy(Arc<MigrationConnection>);

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy")
    }
}

#[async_trait]
impl ProxyDatabaseTrait for Proxy {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        let rows = self.0.run(statement).await?.rows;
        rows.iter().map(|row| Ok(ProxyRow::new(row.to_values().map_err(|error| self.0.keep(error))?))).collect()
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        Ok(ProxyExecResult::new(0, self.0.run(statement).await?.affected))
    }
}
