//! Row-level security on PostgreSQL: policies that limit the service's role to the rows that a statement is meant for.
//!
//! The policy `taskbridge_owner` is restrictive and applies to that role alone. `taskbridge_all` permits what is not restricted,
//! so that other roles, such as Better Auth's, see what they saw before.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use crate::{migrator::lock, service_schema};

/// A table whose rows belong to users, as statements name it.
#[derive(Debug, Clone)]
pub struct OwnedTable {
    /// The table, with its schema if it is one of the service's.
    pub relation: String,
    /// The column with the owner's id.
    pub owner: String,
}

/// Creates the policies for `role`, in place of those for another role.
///
/// # Errors
///
/// Any error of a statement: the role does not exist, or the connection's role does not own a table.
pub async fn enable(db: &DatabaseConnection, tables: &[OwnedTable], role: &str) -> Result<(), DbErr> {
    lock(db).await?;
    service_schema::find(db).await?;
    set_role(db, role).await?;
    db.execute_unprepared(&for_each(tables, ENABLE)).await?;
    db.execute_unprepared(GRANT).await?;
    Ok(())
}

/// Drops the policies.
///
/// # Errors
///
/// Any error of a statement.
pub async fn disable(db: &DatabaseConnection, tables: &[OwnedTable]) -> Result<(), DbErr> {
    lock(db).await?;
    service_schema::find(db).await?;
    db.execute_unprepared(&for_each(tables, DISABLE)).await?;
    Ok(())
}

/// Returns the tables with whether the policy applies to the connection's role.
///
/// # Errors
///
/// Any error of a statement.
pub async fn status(db: &DatabaseConnection, tables: &[OwnedTable]) -> Result<Vec<(String, bool)>, DbErr> {
    service_schema::find(db).await?;
    let select = format!(
        "select relation::text as name, case when row_security_active(relation) and exists (
            select from pg_policy where polrelid = relation and polname = 'taskbridge_owner'
                and exists (select from unnest(polroles) as role where pg_has_role(role, 'usage'))) then 'on' else 'off' end as status
        from {} order by name",
        existing(tables)
    );
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "name")?, row.try_get::<String>("", "status")? == "on"))).collect()
}

/// The session setting that hands the role's name to the statements, which have no parameters.
async fn set_role(db: &impl ConnectionTrait, role: &str) -> Result<(), DbErr> {
    let set = "select set_config('taskbridge.role', $1, true)";
    let set = Statement::from_sql_and_values(db.get_database_backend(), set, [role.into()]);
    db.query_all_raw(set).await.map(drop)
}

/// A condition that is no equation: the planner would expect it to exclude nearly all rows and read no list in its order.
/// `current_setting` is evaluated once, in a subquery.
const ENABLE: &str = "
execute format('drop policy if exists taskbridge_owner on %s', one.relation);
execute format($sql$create policy taskbridge_owner on %s as restrictive to %I using (
    case (select current_setting('taskbridge.row_scope', true))
        when 'user:' || %s::text then 1 when 'all' then 1 else 0 end <> 0)$sql$,
    one.relation, current_setting('taskbridge.role'), one.owner);
if not (select relrowsecurity from pg_class where oid = one.relation) then
    execute format('drop policy if exists taskbridge_all on %s', one.relation);
    execute format('create policy taskbridge_all on %s using (true) with check (true)', one.relation);
    execute format('alter table %s enable row level security', one.relation);
elsif not exists (select from pg_policy where polrelid = one.relation and polname = 'taskbridge_all' and polroles = '{0}') then
    execute format('drop policy if exists taskbridge_all on %s', one.relation);
    execute format('create policy taskbridge_all on %s to %I using (true) with check (true)',
        one.relation, current_setting('taskbridge.role'));
end if;";

const GRANT: &str = "do $$ begin
    execute format('grant execute on function taskbridge.find_tasks(bigint[]) to %I', current_setting('taskbridge.role'));
end $$";

/// Leaves the table as it was before, unless others have created policies since.
const DISABLE: &str = "
execute format('drop policy if exists taskbridge_owner on %s', one.relation);
if not exists (select from pg_policy where polrelid = one.relation and polname = 'taskbridge_all' and polroles = '{0}') then
    execute format('drop policy if exists taskbridge_all on %s', one.relation);
elsif not exists (select from pg_policy where polrelid = one.relation and polname <> 'taskbridge_all') then
    execute format('drop policy taskbridge_all on %s', one.relation);
    execute format('alter table %s disable row level security', one.relation);
end if;";

fn for_each(tables: &[OwnedTable], statements: &str) -> String {
    let tables = existing(tables);
    format!(
        "do $do$
        declare
            one record;
        begin
            for one in select * from {tables} loop
                {statements}
            end loop;
        end
        $do$"
    )
}

/// Selects the tables that exist and have the column. A table of the same name may be another library's.
fn existing(tables: &[OwnedTable]) -> String {
    let rows: Vec<_> = tables.iter().map(|table| format!("('{}', '{}')", table.relation, table.owner)).collect();
    format!(
        "(select to_regclass(name) as relation, owner from (values {}) as owned (name, owner)
            where exists (select from pg_attribute where attrelid = to_regclass(name)
                and attname = btrim(owner, chr(34)) and not attisdropped)) as existing",
        rows.join(", ")
    )
}
