//! Whether a database is ready for this version of the service. Writes nothing and takes no lock.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::{
    ban_trigger,
    better_auth_names::BetterAuthNames,
    migrator::pending,
    names_mismatch::{self, NamesMismatch},
    service_schema, triggers,
};

/// The outcome of [`check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaCheck {
    /// The database has every migration and trigger.
    UpToDate,
    /// The names of the migrations and triggers that the database lacks.
    Pending(Vec<String>),
    /// Better Auth's tables have other names.
    NamesMismatch(NamesMismatch),
    /// The database has been migrated, and this role may not read it.
    AccessDenied(String),
}

/// Compares a database with what this version of the service needs.
///
/// # Errors
///
/// Any error of a statement.
pub async fn check(db: &DatabaseConnection, names: &BetterAuthNames) -> Result<SchemaCheck, DbErr> {
    if let Some(mismatch) = names_mismatch::find(db, names).await? {
        return Ok(SchemaCheck::NamesMismatch(mismatch));
    }
    if db.get_database_backend() == DbBackend::Postgres {
        if let Some(role) = role_without_access(db).await? {
            return Ok(SchemaCheck::AccessDenied(role));
        }
        service_schema::find(db).await?;
    }
    let pending = pending(db).await?;
    if !pending.is_empty() {
        return Ok(SchemaCheck::Pending(pending));
    }
    if let Some(mismatch) = names_mismatch::find_missing(db, names).await? {
        return Ok(SchemaCheck::NamesMismatch(mismatch));
    }
    let mut triggers = triggers::missing(db).await?;
    triggers.extend(ban_trigger::missing(db).await?);
    Ok(if triggers.is_empty() { SchemaCheck::UpToDate } else { SchemaCheck::Pending(triggers) })
}

async fn role_without_access(db: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    const ROLE: &str = "select current_user::text as role from pg_class
        where relname = 'seaql_migrations' and relnamespace = to_regnamespace('taskbridge')
            and not (has_schema_privilege(relnamespace, 'usage') and has_table_privilege(oid, 'select'))";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, ROLE)).await?;
    row.map(|row| row.try_get("", "role")).transpose()
}
