//! Tables for the service's own sessions, beside Better Auth's: refresh tokens, revocations, and deleted accounts, for
//! which a running request may still add a task.

use sea_orm_migration::prelude::*;

use crate::{dialect::dialect, existing};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (backend, connection) = (manager.get_database_backend(), manager.get_connection());
        connection.execute_unprepared(dialect(backend, POSTGRES, SQLITE)).await?;
        // a table of that name without an id is another library's
        if existing::has_column(connection, "session", "id").await? {
            connection.execute_unprepared(dialect(backend, TRIGGER_POSTGRES, TRIGGER_SQLITE)).await?;
        }
        Ok(())
    }
}

/// No table has a foreign key to `session`, whose ids may be of another type. Hashes are compared by byte (`collate "C"`);
/// ids as in `session`, so that its index can be used in a join. The functions run with the rights of their owner
/// (`security definer`), since the front end's role may have none on these tables. Their search path ends with `pg_temp`, so
/// that a temporary object of that role cannot take the place of a table.
const POSTGRES: &str = r#"
create table refresh_token (
    hash              text collate "C" primary key,
    session_id        text        not null,
    user_id           text        not null,
    created_at        timestamptz not null,
    expires_at        timestamptz not null,
    access_expires_at timestamptz not null,
    replaced_at       timestamptz,
    replaced_by       text collate "C"
);
create index refresh_token_session_id_idx on refresh_token (session_id);
create index refresh_token_expires_at_idx on refresh_token (expires_at);

create table revocation (
    id           bigint      generated always as identity primary key,
    kind         text collate "C" not null,
    key          text collate "C" not null,
    issued_until timestamptz,
    expires_at   timestamptz not null,
    created_at   timestamptz not null default clock_timestamp(),
    unique (kind, key)
);
create index revocation_created_at_idx on revocation (created_at, id);
create index revocation_expires_at_idx on revocation (expires_at);

create table closed_account (
    user_id   text        primary key,
    closed_at timestamptz not null default clock_timestamp()
);

create function account_closed() returns trigger language plpgsql security definer as $$
begin
    insert into closed_account (user_id) values (old.id::text)
    on conflict (user_id) do update set closed_at = clock_timestamp();
    return old;
end
$$;
create trigger account_closed after delete on "user" for each row execute function account_closed();

create function revocation_tell() returns trigger language plpgsql security definer as $$
begin
    perform pg_notify('taskbridge_revocation', json_build_object(
        'kind', new.kind, 'key', new.key, 'issued_until', new.issued_until, 'expires_at', new.expires_at)::text);
    return new;
end
$$;
create trigger revocation_tell after insert or update on revocation for each row execute function revocation_tell();

create function session_revoke() returns trigger language plpgsql security definer as $$
begin
    insert into revocation (kind, key, expires_at)
        select 'session', session_id, max(access_expires_at) from refresh_token
        where session_id = old.id::text
        group by session_id having max(access_expires_at) > clock_timestamp() - interval '1 hour'
    on conflict (kind, key) do update
        set expires_at = greatest(revocation.expires_at, excluded.expires_at), created_at = excluded.created_at;
    delete from refresh_token where session_id = old.id::text;
    return old;
end
$$;

do $$
declare
    definer text;
begin
    foreach definer in array array['task_follow_user', 'account_closed', 'revocation_tell', 'session_revoke'] loop
        execute format('alter function %I() set search_path = %I, pg_temp', definer, current_schema());
    end loop;
end
$$;
"#;

/// The interval of an hour allows for a difference between the clocks of the database and the service.
const TRIGGER_POSTGRES: &str =
    r#"create trigger session_revoke after delete on "session" for each row execute function session_revoke()"#;

/// Timestamps are text in the format of Better Auth, so that they can be compared.
const SQLITE: &str = r#"
create table refresh_token (
    hash              text     not null primary key,
    session_id        text     not null,
    user_id           text     not null,
    created_at        datetime not null,
    expires_at        datetime not null,
    access_expires_at datetime not null,
    replaced_at       datetime,
    replaced_by       text
);
create index refresh_token_session_id_idx on refresh_token (session_id);
create index refresh_token_expires_at_idx on refresh_token (expires_at);

create table revocation (
    id           integer  not null primary key,
    kind         text     not null,
    key          text     not null,
    issued_until datetime,
    expires_at   datetime not null,
    created_at   datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    unique (kind, key)
);
create index revocation_created_at_idx on revocation (created_at, id);
create index revocation_expires_at_idx on revocation (expires_at);

create table closed_account (
    user_id   text     not null primary key,
    closed_at datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
create trigger account_closed after delete on "user" begin
    insert into closed_account (user_id) values (cast(old.id as text))
    on conflict (user_id) do update set closed_at = excluded.closed_at;
end;
"#;

const TRIGGER_SQLITE: &str = r#"
create trigger session_revoke after delete on "session" begin
    insert into revocation (kind, key, expires_at)
        select 'session', session_id, max(access_expires_at) from refresh_token
        where session_id = cast(old.id as text)
        group by session_id having max(access_expires_at) > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour')
    on conflict (kind, key) do update
        set expires_at = max(expires_at, excluded.expires_at), created_at = excluded.created_at;
    delete from refresh_token where session_id = cast(old.id as text);
end;
"#;
