//! How the tables came to be: the list of migrations, and the one way to run them.

use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::async_trait,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
        TransactionOptions, TransactionTrait,
    },
};

mod m20261121_000001_better_auth;
mod m20261121_000002_task;
mod m20261121_000003_session;
mod m20261121_000004_front_end_session;

/// The key of the advisory lock under which migrations run: "taskbrdg" in ASCII.
const LOCK: i64 = 0x7461_736b_6272_6467;

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_better_auth::Migration),
            Box::new(m20261121_000002_task::Migration),
            Box::new(m20261121_000003_session::Migration),
            Box::new(m20261121_000004_front_end_session::Migration),
        ]
    }
}

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The migration's name.
    pub name: String,
    /// Whether it has run here.
    pub applied: bool,
}

/// Brings the database up to date and returns the names of what ran.
///
/// All of it is one transaction under a lock, so that several replicas may start at once: the first does the work, the
/// others wait and find nothing to do; a failure leaves the database as it was.
///
/// # Errors
///
/// What the database answered; on PostgreSQL also that the lock was not free within a minute.
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let transaction = locked(db).await?;
    let before = Migrator::get_pending_migrations(&transaction).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    Ok(before.iter().map(|migration| migration.name().to_owned()).collect())
}

/// Every migration there is, in order, and whether it has run.
///
/// # Errors
///
/// What the database answered.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<MigrationStatus>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    let step = |migration: Box<dyn MigrationTrait>| MigrationStatus {
        applied: !pending.iter().any(|waiting| waiting.name() == migration.name()),
        name: migration.name().to_owned(),
    };
    Ok(Migrator::migrations().into_iter().map(step).collect())
}

async fn locked(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared("set local statement_timeout = 0; set local lock_timeout = '60s'").await?;
        transaction.execute_unprepared(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
    }
    Ok(transaction)
}

/// The text that this kind of database understands.
fn dialect<'t>(backend: DbBackend, postgres: &'t str, sqlite: &'t str) -> &'t str {
    if backend == DbBackend::Postgres { postgres } else { sqlite }
}
