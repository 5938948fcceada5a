//! The schema: every migration in order, and how to apply them.

use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{DatabaseConnection, DbBackend, DbErr},
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
mod m20261128_000012_task_revision;
mod migrator;
mod names_mismatch;
pub mod row_level_security;
mod schema_check;
mod service_schema;
mod triggers;

use self::migrator::{Migrator, lock, pending};
pub use self::{
    better_auth_names::{BetterAuthNames, BetterAuthTable},
    grants::grants,
    migrator::MigrationStatus,
    names_mismatch::NamesMismatch,
    schema_check::{SchemaCheck, check},
};

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
    Ok(migrator::names().map(status).collect())
}
