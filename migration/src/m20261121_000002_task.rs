//! The table `task`. Keys and indexes start with the owner, so that the table can be distributed by user without a change of
//! any query.

use sea_orm_migration::prelude::*;

use crate::dialect::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = dialect(manager.get_database_backend(), POSTGRES, SQLITE);
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

/// Titles are compared by code point (`collate "C"`). Tasks without a due date come last in both directions, so each
/// direction has its own index, on an expression that replaces null by a value. The trigger's function runs with the rights
/// of its owner (`security definer`), since the front end's role may have none on `task`.
const POSTGRES: &str = r#"
create table task (
    user_id      text        not null,
    id           uuid        not null,
    title        text        collate "C" not null,
    description  text,
    completed    boolean     not null generated always as (completed_at is not null) stored,
    completed_at timestamptz,
    priority     smallint    not null,
    due_at       timestamptz,
    tags         jsonb       not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    folded_title       text  collate "C" not null,
    folded_description text  collate "C",
    primary key (user_id, id)
);
create index task_created_at_idx on task (user_id, created_at, id);
create index task_updated_at_idx on task (user_id, updated_at, id);
create index task_due_first_idx on task (user_id, (coalesce(due_at, 'infinity'::timestamptz)), id);
create index task_due_last_idx on task (user_id, (coalesce(due_at, '-infinity'::timestamptz)), id);
create index task_priority_idx on task (user_id, priority, id);
create index task_title_idx on task (user_id, title, id);

create function task_follow_user() returns trigger language plpgsql security definer set search_path from current as $$
begin
    delete from task where user_id = old.id::text;
    return old;
end
$$;
create trigger task_follow_user after delete on "user" for each row execute function task_follow_user();
"#;

/// As text, `''` sorts before every timestamp and `'~'` after.
const SQLITE: &str = r#"
create table task (
    user_id      text     not null,
    id           blob     not null,
    title        text     not null,
    description  text,
    completed    integer  not null generated always as (completed_at is not null) virtual,
    completed_at datetime,
    priority     integer  not null,
    due_at       datetime,
    tags         text     not null,
    created_at   datetime not null,
    updated_at   datetime not null,
    folded_title       text not null,
    folded_description text,
    primary key (user_id, id)
);
create index task_created_at_idx on task (user_id, created_at, id);
create index task_updated_at_idx on task (user_id, updated_at, id);
create index task_due_first_idx on task (user_id, coalesce(due_at, '~'), id);
create index task_due_last_idx on task (user_id, coalesce(due_at, ''), id);
create index task_priority_idx on task (user_id, priority, id);
create index task_title_idx on task (user_id, title, id);

create trigger task_follow_user after delete on "user" begin
    delete from task where user_id = cast(old.id as text);
end;
"#;
