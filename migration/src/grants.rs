//! The rights of a role that runs the service and creates nothing.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, Value};

use crate::{
    better_auth_names::BetterAuthTable,
    existing::{self, FRONT_END_SCHEMA},
    service_schema,
};

const CONNECT: &str = "select format('grant connect on database %I to %I', current_database(), $1::text) as statement";

const OWN_TABLES: &str = "select format('grant %s on taskbridge.%I to %I',
        case relname when 'seaql_migrations' then 'select' else 'select, insert, update, delete' end, relname, $1::text) as statement
    from pg_class where relkind in ('r', 'p') and relnamespace = to_regnamespace('taskbridge') order by relname";

/// The migrations' role creates the tables of later versions.
const LATER_TABLES: &str = "select format('alter default privileges for role %I in schema taskbridge
        grant select, insert, update, delete on tables to %I', pg_get_userbyid(relowner), $1::text) as statement
    from pg_class where relname = 'seaql_migrations' and relnamespace = to_regnamespace('taskbridge')";

/// Returns the statements that grant `role` the use of the service's tables and these rights on tables of Better Auth. The
/// database must be PostgreSQL and up to date.
///
/// # Errors
///
/// Any error of a statement.
pub async fn grants(
    db: &DatabaseConnection,
    role: &str,
    better_auth: &[(BetterAuthTable, &str)],
) -> Result<Vec<String>, DbErr> {
    service_schema::find(db).await?;
    let schemas = format!(
        "select format('grant usage on schema taskbridge, %I to %I', nspname, $1::text) as statement
        from pg_namespace where oid = {FRONT_END_SCHEMA}"
    );
    let mut statements = Vec::new();
    for sql in [CONNECT, &schemas, OWN_TABLES, LATER_TABLES] {
        statements.extend(texts(db, sql, [role.into()]).await?);
    }
    for (table, privileges) in better_auth {
        statements.extend(texts(db, &grant_on(*table), [role.into(), (*privileges).into()]).await?);
    }
    Ok(statements)
}

fn grant_on(table: BetterAuthTable) -> String {
    let name = existing::name_of(table.default_name());
    format!(
        "select format('grant %s on %I.%I to %I', $2::text, nspname, {name}, $1::text) as statement
        from pg_namespace where oid = {FRONT_END_SCHEMA}"
    )
}

async fn texts<const N: usize>(db: &DatabaseConnection, sql: &str, values: [Value; N]) -> Result<Vec<String>, DbErr> {
    let select = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let texts = db.query_all_raw(select).await?.into_iter().map(|row| row.try_get::<String>("", "statement"));
    texts.map(|text| Ok(text?.split_whitespace().collect::<Vec<_>>().join(" "))).collect()
}
