//! SQL that differs between PostgreSQL and SQLite.

use sea_orm_migration::sea_orm::DbBackend;

/// Returns the text for this kind of database.
pub(crate) fn dialect<'t>(backend: DbBackend, postgres: &'t str, sqlite: &'t str) -> &'t str {
    if backend == DbBackend::Postgres { postgres } else { sqlite }
}
