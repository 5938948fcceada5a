//! What row-level security needs on PostgreSQL. It has no effect until policies are created ([`crate::row_level_security`]).

use sea_orm_migration::prelude::*;

use crate::dialect::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = dialect(manager.get_database_backend(), POSTGRES, "");
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

/// A parameter of the type `row_scope` sets `taskbridge.row_scope` until the end of the transaction. PostgreSQL reads all
/// parameters before it plans and runs the statement, so that the policies see this statement's value.
///
/// A policy is evaluated before a condition that is not leakproof, so that a statement cannot search the index of the trigrams.
/// The function can: it finds tasks of the user that the statement is limited to.
const POSTGRES: &str = "
create domain taskbridge.row_scope as text check (set_config('taskbridge.row_scope', value, true) is not null);

create function taskbridge.find_tasks(grams bigint[]) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
select task.id from taskbridge.task
    where task.user_id = substr(current_setting('taskbridge.row_scope', true), length('user:') + 1)
        and (task.search_grams @> grams or case when task.search_grams[1] =
            hashtextextended(coalesce(task.folded_description, ''), hashtextextended(task.folded_title, 0)) then 1 else 0 end = 0)
$$;

revoke execute on function taskbridge.find_tasks(bigint[]) from public;
";
