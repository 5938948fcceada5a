//! Finds Better Auth's tables under other names.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::existing::FRONT_END_SCHEMA;

/// A table of Better Auth, by its default name and the columns that no other library combines. They are compared in lower
/// case and without underscores.
struct Signature {
    table: &'static str,
    columns: &'static [&'static str],
}

const USER: Signature = Signature { table: "user", columns: &["name", "email", "emailverified"] };
const SESSION: Signature =
    Signature { table: "session", columns: &["token", "expiresat", "userid", "ipaddress", "useragent"] };
const ACCOUNT: Signature =
    Signature { table: "account", columns: &["accountid", "providerid", "userid", "accesstoken"] };

const POSTGRES: &str = "
    select relname::text as table_name, attname::text as column_name from pg_class join pg_attribute on attrelid = pg_class.oid
    where relkind in ('r', 'p') and attnum > 0 and not attisdropped and relnamespace = ";

const SQLITE: &str = "
    select tables.name as table_name, columns.name as column_name from sqlite_master as tables, pragma_table_info(tables.name) as columns
    where tables.type = 'table'";

/// Returns the tables that Better Auth uses in place of `user`, `session` and `account`, in alphabetical order. It is
/// empty unless one of these three is missing and a table of another name has its columns.
pub(crate) async fn find(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let tables = columns_by_table(db).await?;
    let named = |signature: &Signature| -> Vec<&String> {
        let matching =
            tables.iter().filter(|(_, columns)| signature.columns.iter().all(|name| columns.contains(*name)));
        matching.map(|(name, _)| name).collect()
    };
    // other libraries have tables like `user` and `session`, but none like `account`
    if named(&ACCOUNT).is_empty() {
        return Ok(Vec::new());
    }
    let missing = [USER, SESSION, ACCOUNT].into_iter().filter(|signature| !tables.contains_key(signature.table));
    let renamed: BTreeSet<&String> = missing.flat_map(|signature| named(&signature)).collect();
    Ok(renamed.into_iter().cloned().collect())
}

async fn columns_by_table(db: &impl ConnectionTrait) -> Result<BTreeMap<String, BTreeSet<String>>, DbErr> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Postgres { format!("{POSTGRES}{FRONT_END_SCHEMA}") } else { SQLITE.into() };
    let mut tables = BTreeMap::<String, BTreeSet<String>>::new();
    for row in db.query_all_raw(Statement::from_string(backend, sql)).await? {
        let (table, column): (String, String) = (row.try_get("", "table_name")?, row.try_get("", "column_name")?);
        tables.entry(table).or_default().insert(column.replace('_', "").to_lowercase());
    }
    Ok(tables)
}
