//! The trigger functions name the schema of the service, so that they depend on no search path. The tables and functions of
//! earlier versions have been moved there before the first migration.

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
create or replace function taskbridge.task_follow_user() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from taskbridge.task where user_id = old.id::text;
    return old;
end
$$;

create or replace function taskbridge.account_closed() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into taskbridge.closed_account (user_id) values (old.id::text)
    on conflict (user_id) do update set closed_at = clock_timestamp();
    return old;
end
$$;

create or replace function taskbridge.revocation_tell() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_notify('taskbridge_revocation', json_build_object(
        'kind', new.kind, 'key', new.key, 'issued_until', new.issued_until, 'expires_at', new.expires_at)::text);
    return new;
end
$$;

create or replace function taskbridge.session_revoke() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into taskbridge.revocation (kind, key, expires_at)
        select 'session', old.id::text, coalesce(max(access_expires_at), clock_timestamp() + interval '8 days')
        from taskbridge.refresh_token where session_id = old.id::text
        having length(old.id::text) <= 255
            and coalesce(max(access_expires_at) > clock_timestamp() - interval '1 hour', true)
    on conflict (kind, key) do update
        set expires_at = greatest(revocation.expires_at, excluded.expires_at), created_at = excluded.created_at;
    delete from taskbridge.refresh_token where session_id = old.id::text;
    return old;
end
$$;
";
