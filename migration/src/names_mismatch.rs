//! Compares the names of Better Auth's tables and columns in the database with the configured ones.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::{
    better_auth_names::{BetterAuthNames, BetterAuthTable},
    existing::FRONT_END_SCHEMA,
};

/// How the names in the database differ from the configured ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamesMismatch {
    /// Better Auth uses these tables, in alphabetical order, in place of the configured ones.
    Tables(Vec<String>),
    /// The columns of the users' table, of this name, are `snake_case` and should be camelCase.
    SnakeCase(String),
    /// The columns of the users' table, of this name, are camelCase and should be `snake_case`.
    CamelCase(String),
    /// The database has been migrated and has no tables of these configured names.
    Missing(Vec<String>),
}

/// A table of Better Auth, and the columns that no other library combines. They are compared in lower case and without
/// underscores.
struct Signature {
    table: BetterAuthTable,
    columns: &'static [&'static str],
}

const USER: Signature = Signature { table: BetterAuthTable::User, columns: &["name", "email", "emailverified"] };
const SESSION: Signature =
    Signature { table: BetterAuthTable::Session, columns: &["token", "expiresat", "userid", "ipaddress", "useragent"] };
const ACCOUNT: Signature =
    Signature { table: BetterAuthTable::Account, columns: &["accountid", "providerid", "userid", "accesstoken"] };

const POSTGRES: &str = "
    select relname::text as table_name, attname::text as column_name from pg_class join pg_attribute on attrelid = pg_class.oid
    where relkind in ('r', 'p') and attnum > 0 and not attisdropped and relnamespace = ";

const SQLITE: &str = "
    select tables.name as table_name, columns.name as column_name from sqlite_master as tables, pragma_table_info(tables.name) as columns
    where tables.type = 'table'";

/// The columns of each table.
type Tables = BTreeMap<String, BTreeSet<String>>;

/// Returns a mismatch of an existing table. Tables have other names if a configured one of `user`, `session` and `account` is
/// missing and a table of another name has its columns.
pub(crate) async fn find(db: &impl ConnectionTrait, names: &BetterAuthNames) -> Result<Option<NamesMismatch>, DbErr> {
    let tables = columns_by_table(db).await?;
    let renamed = renamed_tables(&tables, names);
    if !renamed.is_empty() {
        return Ok(Some(NamesMismatch::Tables(renamed)));
    }
    let user = names.table(BetterAuthTable::User);
    let has_column = |name: &str| tables.get(user).is_some_and(|columns| columns.contains(name));
    Ok(match (has_column("emailVerified"), has_column("email_verified")) {
        (true, false) if names.is_snake_case() => Some(NamesMismatch::CamelCase(user.to_owned())),
        (false, true) if !names.is_snake_case() => Some(NamesMismatch::SnakeCase(user.to_owned())),
        _ => None,
    })
}

/// Returns a mismatch if a configured table does not exist after the migrations. They create tables once.
pub(crate) async fn find_missing(
    db: &impl ConnectionTrait,
    names: &BetterAuthNames,
) -> Result<Option<NamesMismatch>, DbErr> {
    if *names == BetterAuthNames::default() {
        return Ok(None);
    }
    let tables = columns_by_table(db).await?;
    let configured = BetterAuthTable::ALL.map(|table| names.table(table));
    let missing: Vec<_> =
        configured.into_iter().filter(|name| !tables.contains_key(*name)).map(str::to_owned).collect();
    Ok((!missing.is_empty()).then_some(NamesMismatch::Missing(missing)))
}

fn renamed_tables(tables: &Tables, names: &BetterAuthNames) -> Vec<String> {
    let matching = |signature: &Signature| -> Vec<&String> {
        let has_columns = |columns: &BTreeSet<String>| {
            let columns: BTreeSet<_> = columns.iter().map(|name| name.replace('_', "").to_lowercase()).collect();
            signature.columns.iter().all(|name| columns.contains(*name))
        };
        tables.iter().filter(|(_, columns)| has_columns(columns)).map(|(name, _)| name).collect()
    };
    // other libraries have tables like `user` and `session`, but none like `account`
    if matching(&ACCOUNT).is_empty() {
        return Vec::new();
    }
    let is_missing = |signature: &Signature| !tables.contains_key(names.table(signature.table));
    let missing = [USER, SESSION, ACCOUNT].into_iter().filter(is_missing);
    let renamed: BTreeSet<&String> = missing.flat_map(|signature| matching(&signature)).collect();
    renamed.into_iter().cloned().collect()
}

async fn columns_by_table(db: &impl ConnectionTrait) -> Result<Tables, DbErr> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Postgres { format!("{POSTGRES}{FRONT_END_SCHEMA}") } else { SQLITE.into() };
    let mut tables = Tables::new();
    for row in db.query_all_raw(Statement::from_string(backend, sql)).await? {
        let (table, column): (String, String) = (row.try_get("", "table_name")?, row.try_get("", "column_name")?);
        tables.entry(table).or_default().insert(column);
    }
    Ok(tables)
}
