//! The triggers on Better Auth's tables. A migration creates them once; they are missing where a tool has recreated a table, or
//! where the service has been given other names of the tables since.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::{dialect::dialect, existing, m20261128_000008_user_revocation};

struct Trigger {
    name: &'static str,
    /// Better Auth's own name of the table.
    table: &'static str,
    /// What fires the trigger on PostgreSQL. On SQLite it is a delete.
    event: &'static str,
    /// The body on SQLite. On PostgreSQL it is a function of the trigger's name.
    sqlite: &'static str,
}

const TRIGGERS: [Trigger; 4] = [
    Trigger {
        name: "task_follow_user",
        table: "user",
        event: "delete",
        sqlite: "delete from task_counter where user_id = cast(old.id as text);
            delete from idempotency_key where user_id = cast(old.id as text);
            delete from task where user_id = cast(old.id as text);",
    },
    Trigger {
        name: "account_closed",
        table: "user",
        event: "delete",
        sqlite: "insert into closed_account (user_id) values (cast(old.id as text))
            on conflict (user_id) do update set closed_at = excluded.closed_at;",
    },
    Trigger {
        name: "user_revoke",
        table: "user",
        event: "delete or update",
        sqlite: "insert into revocation (kind, key, issued_until, expires_at)
                select 'user', cast(old.id as text), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
                    strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+10 years')
                where length(old.id) <= 255
            on conflict (kind, key) do update set created_at = excluded.created_at,
                issued_until = max(issued_until, excluded.issued_until), expires_at = max(expires_at, excluded.expires_at);",
    },
    Trigger {
        name: "session_revoke",
        table: "session",
        event: "delete",
        sqlite: "insert into revocation (kind, key, expires_at)
                select 'session', cast(old.id as text),
                    coalesce(max(access_expires_at), strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+8 days'))
                from refresh_token where session_id = cast(old.id as text)
                having length(old.id) <= 255
                    and coalesce(max(access_expires_at) > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour'), true)
            on conflict (kind, key) do update
                set expires_at = max(expires_at, excluded.expires_at), created_at = excluded.created_at;
            delete from refresh_token where session_id = cast(old.id as text);",
    },
];

/// Creates the triggers that are missing.
pub(crate) async fn create_missing(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if has_former_names(db).await? {
        db.execute_unprepared(m20261128_000008_user_revocation::FUNCTION).await?;
    }
    for trigger in &TRIGGERS {
        if trigger.is_missing(db).await? {
            db.execute_unprepared(&trigger.create(db.get_database_backend())).await?;
        }
    }
    Ok(())
}

/// Returns the names of the triggers that [`create_missing`] would create or change.
pub(crate) async fn missing(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let has_former_names = has_former_names(db).await?;
    let mut names = Vec::new();
    for trigger in &TRIGGERS {
        if (has_former_names && trigger.name == "user_revoke") || trigger.is_missing(db).await? {
            names.push(format!("trigger {}", trigger.name));
        }
    }
    Ok(names)
}

/// Returns whether the function of bans names the sessions as they were called when it was created.
async fn has_former_names(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    const FORMER: &str = r#"select proname::text from pg_proc
        where proname = 'user_revoke' and pronamespace = to_regnamespace('taskbridge')
            and position('."session" where "userId" =' in prosrc) = 0"#;
    Ok(db.get_database_backend() == DbBackend::Postgres && existing::exists(db, FORMER, []).await?)
}

impl Trigger {
    /// A table without an id is another library's and gets no trigger.
    async fn is_missing(&self, db: &impl ConnectionTrait) -> Result<bool, DbErr> {
        Ok(existing::has_column(db, self.table, "id").await? && !self.exists(db).await?)
    }

    async fn exists(&self, db: &impl ConnectionTrait) -> Result<bool, DbErr> {
        let Self { name, table, .. } = self;
        let postgres = format!(
            r#"select tgname::text from pg_trigger where tgrelid = to_regclass('"{table}"') and tgname = '{name}'"#
        );
        let table = existing::name_of(table);
        let sqlite =
            format!("select name from sqlite_master where type = 'trigger' and name = '{name}' and tbl_name = {table}");
        existing::exists(db, dialect(db.get_database_backend(), &postgres, &sqlite), []).await
    }

    /// SQLite has one trigger of a name in a database. One on another table is of former names.
    fn create(&self, backend: DbBackend) -> String {
        let Self { name, table, event, sqlite } = self;
        let postgres = format!(
            r#"create trigger {name} after {event} on "{table}" for each row execute function taskbridge.{name}()"#
        );
        let sqlite = format!(
            r#"drop trigger if exists {name}; create trigger {name} after delete on "{table}" begin {sqlite} end"#
        );
        dialect(backend, &postgres, &sqlite).to_owned()
    }
}
