//! What exists in the current schema.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::dialect::dialect;

/// Returns whether a table of this name exists.
pub(crate) async fn has_table(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    const POSTGRES: &str = "select relname::text from pg_class
        where relname = $1 and relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace";
    const SQLITE: &str = "select name from sqlite_master where type = 'table' and name = $1";
    exists(db, dialect(db.get_database_backend(), POSTGRES, SQLITE), [table.into()]).await
}

/// Returns whether a table has a column of this name.
pub(crate) async fn has_column(db: &impl ConnectionTrait, table: &str, column: &str) -> Result<bool, DbErr> {
    const POSTGRES: &str = "select attname::text from pg_attribute join pg_class on attrelid = pg_class.oid
        where relname = $1 and relnamespace = current_schema()::regnamespace and attname = $2 and not attisdropped";
    const SQLITE: &str = "select name from pragma_table_info($1) where name = $2";
    exists(db, dialect(db.get_database_backend(), POSTGRES, SQLITE), [table.into(), column.into()]).await
}

async fn exists<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [sea_orm_migration::sea_orm::Value; N],
) -> Result<bool, DbErr> {
    let select = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(!db.query_all_raw(select).await?.is_empty())
}
