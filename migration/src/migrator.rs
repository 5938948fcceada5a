//! The list of migrations, which of them a database has, and the lock under which they are applied.

use std::collections::HashSet;

use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::async_trait,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement},
};

use crate::{
    existing, m20261121_000001_better_auth, m20261121_000002_task, m20261121_000003_session,
    m20261121_000004_front_end_session, m20261127_000005_fold_accents, m20261127_000006_search_grams,
    m20261128_000007_service_schema, m20261128_000008_user_revocation, m20261128_000009_closed_account,
    m20261128_000010_rate_limit, m20261128_000011_row_scope, m20261128_000012_task_revision,
};

/// The key of the advisory lock that is held while migrations run: "taskbrdg" in ASCII.
const ADVISORY_LOCK_KEY: i64 = 0x7461_736b_6272_6467;

/// All migrations, in order.
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_better_auth::Migration),
            Box::new(m20261121_000002_task::Migration),
            Box::new(m20261121_000003_session::Migration),
            Box::new(m20261121_000004_front_end_session::Migration),
            Box::new(m20261127_000005_fold_accents::Migration),
            Box::new(m20261127_000006_search_grams::Migration),
            Box::new(m20261128_000007_service_schema::Migration),
            Box::new(m20261128_000008_user_revocation::Migration),
            Box::new(m20261128_000009_closed_account::Migration),
            Box::new(m20261128_000010_rate_limit::Migration),
            Box::new(m20261128_000011_row_scope::Migration),
            Box::new(m20261128_000012_task_revision::Migration),
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

/// Returns the names of all migrations, in order.
pub(crate) fn names() -> impl Iterator<Item = String> {
    Migrator::migrations().into_iter().map(|migration| migration.name().to_owned())
}

/// Returns the migrations that the database lacks. It may have more than these: those of a later version, which this one can
/// run on.
pub(crate) async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let applied = applied(db).await?;
    Ok(names().filter(|name| !applied.contains(name)).collect())
}

async fn applied(db: &DatabaseConnection) -> Result<HashSet<String>, DbErr> {
    if !existing::is_in_search_path(db, "seaql_migrations").await? {
        return Ok(HashSet::new());
    }
    let select = Statement::from_string(db.get_database_backend(), "select version from seaql_migrations");
    db.query_all_raw(select).await?.iter().map(|row| row.try_get("", "version")).collect()
}

/// Waits until no other process migrates. The transaction holds the lock.
pub(crate) async fn lock(db: &DatabaseConnection) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("set local statement_timeout = 0; set local lock_timeout = '60s'").await?;
        db.execute_unprepared(&format!("select pg_advisory_xact_lock({ADVISORY_LOCK_KEY})")).await?;
    }
    Ok(())
}
