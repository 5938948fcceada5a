//! The schema: every migration in order, and how to apply them.

use std::collections::HashSet;

use sea_orm_migration::{
    MigrationTrait, MigratorTrait,
    prelude::async_trait,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement},
};

mod ban_trigger;
mod better_auth_names;
mod dialect;
mod existing;
mod grants;
mod m20261121_000001_better_auth;
mod m20261121_000002_task;
mod m20261121_000003_session;
mod m20261121_000004_front_end_session;
mod m20261127_000005_fold_accents;
mod m20261127_000006_search_grams;
mod m20261128_000007_service_schema;
mod m20261128_000008_user_revocation;
mod m20261128_000009_closed_account;
mod m20261128_000010_rate_limit;
mod m20261128_000011_row_scope;
mod names_mismatch;
pub mod row_level_security;
mod schema_check;
mod service_schema;
mod triggers;

pub use self::{
    better_auth_names::{BetterAuthNames, BetterAuthTable},
    grants::grants,
    names_mismatch::NamesMismatch,
    schema_check::{SchemaCheck, check},
};

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
            Box::new(m20261127_000005_fold_accents::Migration),
            Box::new(m20261127_000006_search_grams::Migration),
            Box::new(m20261128_000007_service_schema::Migration),
            Box::new(m20261128_000008_user_revocation::Migration),
            Box::new(m20261128_000009_closed_account::Migration),
            Box::new(m20261128_000010_rate_limit::Migration),
            Box::new(m20261128_000011_row_scope::Migration),
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
    /// Nothing was changed, since Better Auth's tables have other names.
    NamesMismatch(NamesMismatch),
    /// Nothing was changed, since the role lacks a right. A database administrator must run this statement first.
    MissingPrivilege(String),
    /// Nothing was changed: the database has been migrated, and this role may not read it.
    AccessDenied(String),
}

/// Applies the pending migrations under a lock. `db` must be a connection in a transaction: a failure must leave the database
/// as it was. If nothing is pending, takes no lock and writes nothing.
///
/// Several replicas may start at once: the first applies the migrations, the others wait and have nothing left to do.
///
/// # Errors
///
/// Any error of a statement; on PostgreSQL also if another process holds the lock for a minute.
pub async fn up(db: &DatabaseConnection, names: &BetterAuthNames) -> Result<Outcome, DbErr> {
    match check(db, names).await? {
        SchemaCheck::UpToDate => return Ok(Outcome::Applied(Vec::new())),
        SchemaCheck::NamesMismatch(mismatch) => return Ok(Outcome::NamesMismatch(mismatch)),
        SchemaCheck::AccessDenied(role) => return Ok(Outcome::AccessDenied(role)),
        SchemaCheck::Pending(_) => {}
    }
    lock(db).await?;
    if let Some(mismatch) = names_mismatch::find(db, names).await? {
        return Ok(Outcome::NamesMismatch(mismatch));
    }
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    if is_postgres && let Some(statement) = service_schema::prepare(db).await? {
        return Ok(Outcome::MissingPrivilege(statement));
    }
    let pending = pending(db).await?;
    if !pending.is_empty() {
        if is_postgres && let Some(statement) = service_schema::missing_privilege(db).await? {
            return Ok(Outcome::MissingPrivilege(statement));
        }
        Migrator::up(db, None).await?;
    }
    if let Some(mismatch) = names_mismatch::find_missing(db, names).await? {
        return Ok(Outcome::NamesMismatch(mismatch));
    }
    triggers::create_missing(db).await?;
    ban_trigger::ensure(db).await?;
    Ok(Outcome::Applied(pending))
}

/// Returns every migration, in order, and whether the database has it.
///
/// # Errors
///
/// Any error of a statement.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<MigrationStatus>, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        service_schema::find(db).await?;
    }
    let pending = pending(db).await?;
    let status = |name| MigrationStatus { applied: !pending.contains(&name), name };
    Ok(names().map(status).collect())
}

fn names() -> impl Iterator<Item = String> {
    Migrator::migrations().into_iter().map(|migration| migration.name().to_owned())
}

/// Returns the migrations that the database lacks. It may have more than these: those of a later version, which this one can
/// run on.
async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
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

async fn lock(db: &DatabaseConnection) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("set local statement_timeout = 0; set local lock_timeout = '60s'").await?;
        db.execute_unprepared(&format!("select pg_advisory_xact_lock({ADVISORY_LOCK_KEY})")).await?;
    }
    Ok(())
}
