//! The schema `taskbridge`, which has the service's own tables and functions on PostgreSQL. The front end's schema, where
//! Better Auth's tables are, has nothing of the service: its migration tools would report unknown tables.
//!
//! Migrations run with the search path `taskbridge`, front end's schema. It ends with their transaction, so that it works
//! behind a pooler too. Statements of requests name the schema instead.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::existing::{self, FRONT_END_SCHEMA};

/// Which of the two schemas comes first in the search path, where objects are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Service,
    FrontEnd,
}

/// Sets the search path of the transaction.
pub(crate) async fn set_search_path(db: &impl ConnectionTrait, first: First) -> Result<(), DbErr> {
    let front_end = format!("(select quote_ident(nspname) from pg_namespace where oid = {FRONT_END_SCHEMA})");
    let path = match first {
        First::Service => format!("concat_ws(', ', 'taskbridge', {front_end})"),
        First::FrontEnd => format!("concat_ws(', ', {front_end}, 'taskbridge')"),
    };
    let set =
        Statement::from_string(db.get_database_backend(), format!("select set_config('search_path', {path}, true)"));
    db.query_all_raw(set).await.map(drop)
}

/// Makes the schema ready for the migrations: creates it and moves the tables and functions of an earlier version into it.
/// Returns the statement that a database administrator must run first, if the role lacks a right.
pub(crate) async fn prepare(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    set_search_path(db, First::FrontEnd).await?;
    if !has_migrations(db).await? {
        if let Some(statement) = missing_privilege(db).await? {
            return Ok(Some(statement));
        }
        if !exists(db).await? {
            db.execute_unprepared("create schema taskbridge").await?;
        }
        if has_earlier_tables(db).await? {
            move_earlier_tables(db).await?;
        }
    }
    set_search_path(db, First::Service).await?;
    Ok(None)
}

/// Returns the statement that lets the role create the schema, or tables in it, unless it may already.
pub(crate) async fn missing_privilege(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    const SCHEMA: &str =
        "select format('create schema taskbridge; grant usage, create on schema taskbridge to %I', current_user)
        as statement where not has_database_privilege(current_database(), 'create')";
    const TABLES: &str = "select format('grant usage, create on schema taskbridge to %I', current_user) as statement
        where not (has_schema_privilege('taskbridge', 'usage') and has_schema_privilege('taskbridge', 'create'))";
    let check = if exists(db).await? { TABLES } else { SCHEMA };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), check)).await?;
    row.map(|row| row.try_get("", "statement")).transpose()
}

/// Sets the search path to where the migrations have been recorded.
pub(crate) async fn find(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let first = if has_migrations(db).await? { First::Service } else { First::FrontEnd };
    set_search_path(db, first).await
}

/// Returns whether the schema has the table of applied migrations.
async fn has_migrations(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    const TABLE: &str = "select relname::text from pg_class
        where relname = 'seaql_migrations' and relnamespace = to_regnamespace('taskbridge')";
    existing::exists(db, TABLE, []).await
}

async fn exists(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    existing::exists(db, "select nspname::text from pg_namespace where nspname = 'taskbridge'", []).await
}

/// Returns whether an earlier version created its tables in the front end's schema. The migrations of another program may
/// have a table of the same name.
async fn has_earlier_tables(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    const FIRST: &str = "select version from seaql_migrations where version = 'm20261121_000001_better_auth'";
    Ok(existing::has_table(db, "seaql_migrations").await? && existing::exists(db, FIRST, []).await?)
}

/// Indexes, sequences and triggers move with their table. The order is that in which triggers lock the tables.
async fn move_earlier_tables(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    const MOVE: &str = "
        do $$
        declare
            one text;
        begin
            foreach one in array array['revocation', 'refresh_token', 'closed_account', 'task', 'seaql_migrations'] loop
                execute format('alter table if exists %I set schema taskbridge', one);
            end loop;
            foreach one in array array['task_follow_user', 'account_closed', 'revocation_tell', 'session_revoke'] loop
                if to_regprocedure(one || '()') is not null then
                    execute format('alter function %I() set schema taskbridge', one);
                end if;
            end loop;
        end
        $$";
    db.execute_unprepared(MOVE).await.map(drop)
}
