//! The trigger on SQLite that ends the sessions and tokens of a user whom Better Auth's admin plugin bans.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::existing;

/// Creates the trigger if it is missing and can be created: a trigger on SQLite must not name a column that does not exist, and
/// the plugin may be added at any time. On PostgreSQL the trigger of the migration `user_revocation` covers bans.
pub(crate) async fn ensure(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if is_missing(db).await? {
        db.execute_unprepared("drop trigger if exists user_ban_revoke").await?;
        db.execute_unprepared(TRIGGER).await?;
    }
    Ok(())
}

/// Returns the name of the trigger if [`ensure`] would create it.
pub(crate) async fn missing(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    Ok(is_missing(db).await?.then(|| "trigger user_ban_revoke".to_owned()))
}

async fn is_missing(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(db.get_database_backend() == DbBackend::Sqlite
        && existing::has_column(db, "user", "banned").await?
        && existing::has_column(db, "session", "userId").await?
        && !exists(db).await?)
}

/// Returns whether the present table has the trigger. One on another table is of former names.
async fn exists(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let table = existing::name_of("user");
    let select = format!(
        "select name from sqlite_master where type = 'trigger' and name = 'user_ban_revoke' and tbl_name = {table}"
    );
    existing::exists(db, &select, []).await
}

const TRIGGER: &str = r#"
create trigger user_ban_revoke after update of banned on "user"
    when new.banned in (1, 'true') and not coalesce(old.banned in (1, 'true'), false)
begin
    delete from "session" where "userId" = old.id;
    insert into revocation (kind, key, issued_until, expires_at)
        select 'user', cast(old.id as text), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+10 years')
        where length(old.id) <= 255
    on conflict (kind, key) do update set created_at = excluded.created_at,
        issued_until = max(issued_until, excluded.issued_until), expires_at = max(expires_at, excluded.expires_at);
end;
"#;
