//! What exists in the front end's schema, where Better Auth's tables are.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::dialect::dialect;

/// The front end's schema: the first one in the search path. Where the role is called `taskbridge`, `"$user"` in the path
/// means the schema of the service, which is skipped unless Better Auth's tables are there.
pub(crate) const FRONT_END_SCHEMA: &str = r#"(
    select pg_namespace.oid from unnest(current_schemas(false)) with ordinality as path (name, position)
    join pg_namespace on nspname = name
    where name <> 'taskbridge' or exists (select from pg_class
        where relname = substr('"user"', 2, length('"user"') - 2) and relnamespace = pg_namespace.oid)
    order by position limit 1)"#;

/// Returns an expression for the name of a table or column. It has Better Auth's own name in double quotes, so that the name in this
/// database takes its place.
pub(crate) fn name_of(identifier: &str) -> String {
    format!(r#"substr('"{identifier}"', 2, length('"{identifier}"') - 2)"#)
}

/// Returns whether a table exists there, under its name in this database.
pub(crate) async fn has_table(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    let name = name_of(table);
    let postgres = format!(
        "select relname::text from pg_class
        where relname = {name} and relkind in ('r', 'p') and relnamespace = {FRONT_END_SCHEMA}"
    );
    let sqlite = format!("select name from sqlite_master where type = 'table' and name = {name}");
    exists(db, dialect(db.get_database_backend(), &postgres, &sqlite), []).await
}

/// Returns whether a table has a column, both under their names in this database.
pub(crate) async fn has_column(db: &impl ConnectionTrait, table: &str, column: &str) -> Result<bool, DbErr> {
    let (name, column) = (name_of(table), name_of(column));
    let postgres = format!(
        "select attname::text from pg_attribute join pg_class on attrelid = pg_class.oid
        where relname = {name} and relnamespace = {FRONT_END_SCHEMA} and attname = {column} and not attisdropped"
    );
    let sqlite = format!("select name from pragma_table_info({name}) where name = {column}");
    exists(db, dialect(db.get_database_backend(), &postgres, &sqlite), []).await
}

/// Returns whether a table of this name is found without naming a schema.
pub(crate) async fn is_in_search_path(db: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    const POSTGRES: &str = "select relname::text from pg_class where oid = to_regclass($1)";
    const SQLITE: &str = "select name from sqlite_master where type = 'table' and name = $1";
    exists(db, dialect(db.get_database_backend(), POSTGRES, SQLITE), [table.into()]).await
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
