//! A session of the front end's that goes is revoked too, for its tokens may name it.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (backend, connection) = (manager.get_database_backend(), manager.get_connection());
        connection.execute_unprepared(dialect(backend, POSTGRES, "")).await?;
        // a table of that name may be another library's, and its rows know no id
        if manager.has_column("session", "id").await? {
            connection.execute_unprepared(dialect(backend, FOLLOW_ON_POSTGRES, FOLLOW_ON_SQLITE)).await?;
        }
        Ok(())
    }
}

/// In a session without refresh tokens the front end gave the access tokens. How long they live it alone knows: eight days is
/// more than Better Auth's sessions have unless told otherwise. An id that no token could name is left alone. To replace a
/// function takes its search path away; and nobody else is to make a trigger of what runs as its maker.
const POSTGRES: &str = "
create or replace function session_revoke() returns trigger language plpgsql security definer as $$
begin
    insert into revocation (kind, key, expires_at)
        select 'session', old.id::text, coalesce(max(access_expires_at), clock_timestamp() + interval '8 days')
        from refresh_token where session_id = old.id::text
        having length(old.id::text) <= 255
            and coalesce(max(access_expires_at) > clock_timestamp() - interval '1 hour', true)
    on conflict (kind, key) do update
        set expires_at = greatest(revocation.expires_at, excluded.expires_at), created_at = excluded.created_at;
    delete from refresh_token where session_id = old.id::text;
    return old;
end
$$;

do $$
begin
    execute format('alter function session_revoke() set search_path = %I, pg_temp', current_schema());
end
$$;

revoke execute on function task_follow_user(), account_closed(), revocation_tell(), session_revoke() from public;
";

/// The table may have been made anew since, without its triggers.
const FOLLOW_ON_POSTGRES: &str = "
do $$
begin
    if not exists (select from pg_trigger where tgrelid = 'session'::regclass and tgname = 'session_revoke') then
        create trigger session_revoke after delete on session for each row execute function session_revoke();
    end if;
end
$$;
";

const FOLLOW_ON_SQLITE: &str = "
drop trigger if exists session_revoke;
create trigger session_revoke after delete on session begin
    insert into revocation (kind, key, expires_at)
        select 'session', cast(old.id as text),
            coalesce(max(access_expires_at), strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+8 days'))
        from refresh_token where session_id = cast(old.id as text)
        having length(old.id) <= 255
            and coalesce(max(access_expires_at) > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour'), true)
    on conflict (kind, key) do update
        set expires_at = max(expires_at, excluded.expires_at), created_at = excluded.created_at;
    delete from refresh_token where session_id = cast(old.id as text);
end;
";
