//! The deletion of a user revokes the front end's tokens of this user, and so does a ban by Better Auth's admin plugin. A ban
//! also deletes the user's sessions.

use sea_orm_migration::prelude::*;

use crate::dialect::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (backend, connection) = (manager.get_database_backend(), manager.get_connection());
        connection.execute_unprepared(dialect(backend, FUNCTION, "")).await?;
        connection.execute_unprepared(dialect(backend, TRIGGER_POSTGRES, TRIGGER_SQLITE)).await?;
        Ok(())
    }
}

/// The column `banned` is read from the row as JSON, since only Better Auth's admin plugin adds it, perhaps later. The lifetime of
/// the front end's tokens is unknown: ten years are longer. The table `session` may be another library's. An id that is too long
/// for a token to name is not revoked. The function names the table, so that it is replaced when the names change
/// ([`crate::triggers`]).
pub(crate) const FUNCTION: &str = r#"
create or replace function taskbridge.user_revoke() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    banned constant text[] := '{true,t,1}';
begin
    if tg_op = 'UPDATE' then
        if not coalesce(to_jsonb(new) ->> 'banned' = any (banned), false)
            or coalesce(to_jsonb(old) ->> 'banned' = any (banned), false) then
            return null;
        end if;
        begin
            execute format('delete from %I."session" where "userId" = $1', tg_table_schema) using old.id;
        exception when undefined_table or undefined_column or undefined_function then
            null;
        end;
    end if;
    insert into taskbridge.revocation (kind, key, issued_until, expires_at)
        select 'user', old.id::text, clock_timestamp(), clock_timestamp() + interval '10 years'
        where length(old.id::text) <= 255
    on conflict (kind, key) do update set created_at = excluded.created_at,
        issued_until = greatest(revocation.issued_until, excluded.issued_until),
        expires_at = greatest(revocation.expires_at, excluded.expires_at);
    return null;
end
$$;

revoke execute on function taskbridge.user_revoke() from public;
"#;

const TRIGGER_POSTGRES: &str = r#"
create trigger user_revoke after delete or update on "user" for each row execute function taskbridge.user_revoke();
"#;

/// The trigger for bans is in [`crate::ban_trigger`].
const TRIGGER_SQLITE: &str = r#"
create trigger user_revoke after delete on "user" when length(old.id) <= 255 begin
    insert into revocation (kind, key, issued_until, expires_at)
        values ('user', cast(old.id as text), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+10 years'))
    on conflict (kind, key) do update set created_at = excluded.created_at,
        issued_until = max(issued_until, excluded.issued_until), expires_at = max(expires_at, excluded.expires_at);
end;
"#;
