//! The record of a closed account takes its time from the row to be inserted: where the table is in the metadata of Citus, an
//! `on conflict` clause may not call a volatile function.

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

/// A replaced function keeps its owner and who may execute it.
const POSTGRES: &str = "
create or replace function taskbridge.account_closed() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into taskbridge.closed_account (user_id) values (old.id::text)
    on conflict (user_id) do update set closed_at = excluded.closed_at;
    return old;
end
$$;
";
