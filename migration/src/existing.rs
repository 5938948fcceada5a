//! What exists in the front end's schema, where Better Auth's tables are.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::dialect::dialect;

/// The front end's schema: the first one in the search path. Where the role is called `taskbridge`, `"$user"` in the path
/// means the schema of the service, which is skipped unless Better Auth's tables are there.
pub(crate) const FRONT_END_SCHEMA: &str = "(
    select pg_namespace.oid from unnest(current_schemas(false)) with ordinality as path (name, position)
    join pg_namespace on nspname = name
    where name <> 'taskbridge' or exists (select from pg_class where relname = 'user' and relnamespace = pg_namespace.oid)
    order by position limit 1)";

/// Returns whether a table of this name exists.
pub(crate) async fn has_table(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    const SQLITE: &str = "select name from sqlite_master where type = 'table' and name = $1";
    let postgres = format!(
        "select relname::text from pg_class
        where relname = $1 and relkind in ('r', 'p') and relnamespace = {FRONT_END_SCHEMA}"
    );
    exists(db, dialect(db.get_database_backend(), &postgres, SQLITE), [table.into()]).await
}

/// Returns whether a table of this name is found without naming a schema.
pub(crate) async fn is_in_search_path(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    const POSTGRES: &str = "select relname::text from pg_class where oid = to_regclass($1)";
    const SQLITE: &str = "select name from sqlite_master where type = 'table' and name = $1";
    exists(db, dialect(db.get_database_backend(), POSTGRES, SQLITE), [table.into()]).await
}

/// Returns whether a table has a column of this name.
pub(crate) async fn has_column(db: &impl ConnectionTrait, table: &str, column: &str) -> Result<bool, DbErr> {
    const SQLITE: &str = "select name from pragma_table_info($1) where name = $2";
    let postgres = format!(
        "select attname::text from pg_attribute join pg_class on attrelid = pg_class.oid
        where relname = $1 and relnamespace = {FRONT_END_SCHEMA} and attname = $2 and not attisdropped"
    );
    exists(db, dialect(db.get_database_backend(), &postgres, SQLITE), [table.into(), column.into()]).await
}

/// Returns whether a query has rows.
pub(crate) async fn exists<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Result<bool, DbErr> {
    let select = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(!db.query_all_raw(select).await?.is_empty())
}
