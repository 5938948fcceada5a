//! The deletion of a session of the front end revokes it too, since tokens may name it.

use sea_orm_migration::prelude::*;

use crate::{dialect::dialect, existing};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (backend, connection) = (manager.get_database_backend(), manager.get_connection());
        connection.execute_unprepared(dialect(backend, POSTGRES, "")).await?;
        // a table of that name without an id is another library's
        if existing::has_column(connection, "session", "id").await? {
            connection.execute_unprepared(dialect(backend, TRIGGER_POSTGRES, TRIGGER_SQLITE)).await?;
        }
        Ok(())
    }
}

/// The tokens of a session without refresh tokens were issued by the front end, and the service does not know their lifetime.
/// Eight days is longer than a session of Better Auth lives by default. An id that is too long for a token to name is not
/// revoked. Replacing a function resets its search path. No other role may use these `security definer` functions.
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

/// The table may have been created again since the last migration, without its triggers.
const TRIGGER_POSTGRES: &str = r#"
do $$
begin
    if not exists (select from pg_trigger where tgrelid = '"session"'::regclass and tgname = 'session_revoke') then
        create trigger session_revoke after delete on "session" for each row execute function session_revoke();
    end if;
end
$$;
"#;

const TRIGGER_SQLITE: &str = r#"
drop trigger if exists session_revoke;
create trigger session_revoke after delete on "session" begin
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
"#;
