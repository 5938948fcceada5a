//! The schema: every migration in order, and how to apply them.

use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::async_trait,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
        TransactionOptions, TransactionTrait,
    },
};

mod dialect;
mod m20261121_000001_better_auth;
mod m20261121_000002_task;
mod m20261121_000003_session;
mod m20261121_000004_front_end_session;
mod renamed_tables;

/// The key of the advisory lock that is held while migrations run: "taskbrdg" in ASCII.
const ADVISORY_LOCK_KEY: i64 = 0x7461_736b_6272_6467;

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

/// A migration, and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The migration's name.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// The outcome of [`up`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The names of the migrations that were applied.
    Applied(Vec<String>),
    /// Nothing was changed, since Better Auth uses these tables in place of `user`, `session` and `account`.
    RenamedTables(Vec<String>),
}

/// Applies the pending migrations in one transaction, under a lock.
///
/// Several replicas may start at once: the first applies the migrations, the others wait and have nothing left to do. A
/// failure leaves the database as it was.
///
/// # Errors
///
/// Any error of a statement; on PostgreSQL also if another process holds the lock for a minute.
pub async fn up(db: &DatabaseConnection) -> Result<Outcome, DbErr> {
    let transaction = begin_locked(db).await?;
    let renamed = renamed_tables::find(&transaction).await?;
    if !renamed.is_empty() {
        transaction.rollback().await?;
        return Ok(Outcome::RenamedTables(renamed));
    }
    let pending = Migrator::get_pending_migrations(&transaction).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    Ok(Outcome::Applied(pending.iter().map(|migration| migration.name().to_owned()).collect()))
}

/// Returns every migration, in order, and whether the database has it.
///
/// # Errors
///
/// Any error of a statement.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<MigrationStatus>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    let status = |migration: Box<dyn MigrationTrait>| MigrationStatus {
        applied: !pending.iter().any(|pending| pending.name() == migration.name()),
        name: migration.name().to_owned(),
    };
    Ok(Migrator::migrations().into_iter().map(status).collect())
}

async fn begin_locked(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared("set local statement_timeout = 0; set local lock_timeout = '60s'").await?;
        transaction.execute_unprepared(&format!("select pg_advisory_xact_lock({ADVISORY_LOCK_KEY})")).await?;
    }
    Ok(transaction)
}
