//! Revisions: each change of a user's tasks takes the next number of the user's counter, so that a client can ask for what has
//! changed since. Deleted tasks stay as rows, in the trash until they are purged, and then with their id and revision alone.

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

/// The indexes of the sort orders are dropped while all rows get their revision, and have no deleted tasks from here on.
///
/// `revision` has a default, and its index is not unique, for replicas of the earlier version that still write.
const POSTGRES: &str = r#"
drop index taskbridge.task_created_at_idx, taskbridge.task_updated_at_idx, taskbridge.task_due_first_idx,
    taskbridge.task_due_last_idx, taskbridge.task_priority_idx, taskbridge.task_title_idx;

alter table taskbridge.task
    add column revision   bigint      not null default 0,
    add column deleted_at timestamptz,
    add column purged     boolean     not null default false;
update taskbridge.task set revision = numbered.revision from (
    select user_id, id, row_number() over (partition by user_id order by updated_at, id) as revision from taskbridge.task
) as numbered where task.user_id = numbered.user_id and task.id = numbered.id;

create index task_created_at_idx on taskbridge.task (user_id, created_at, id) where deleted_at is null;
create index task_updated_at_idx on taskbridge.task (user_id, updated_at, id) where deleted_at is null;
create index task_due_first_idx on taskbridge.task
    (user_id, (coalesce(due_at, 'infinity'::timestamptz)), id) where deleted_at is null;
create index task_due_last_idx on taskbridge.task
    (user_id, (coalesce(due_at, '-infinity'::timestamptz)), id) where deleted_at is null;
create index task_priority_idx on taskbridge.task (user_id, priority, id) where deleted_at is null;
create index task_title_idx on taskbridge.task (user_id, title, id) where deleted_at is null;
create index task_deleted_at_idx on taskbridge.task (user_id, deleted_at, id) where deleted_at is not null;
create index task_revision_idx on taskbridge.task (user_id, revision);

create table taskbridge.task_counter (
    user_id         text   not null primary key,
    revision        bigint not null,
    pruned_revision bigint not null default 0
) with (fillfactor = 50);
insert into taskbridge.task_counter (user_id, revision) select user_id, max(revision) from taskbridge.task group by user_id;

create table taskbridge.idempotency_key (
    user_id      text        not null,
    key          text        collate "C" not null,
    request_hash bytea       not null,
    expires_at   timestamptz not null,
    status       smallint,
    etag         text,
    location     text,
    body         text,
    primary key (user_id, key)
);
create index idempotency_key_expires_at_idx on taskbridge.idempotency_key (expires_at);

create or replace function taskbridge.task_follow_user() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from taskbridge.task_counter where user_id = old.id::text;
    delete from taskbridge.idempotency_key where user_id = old.id::text;
    delete from taskbridge.task where user_id = old.id::text;
    return old;
end
$$;
"#;

/// The trigger `task_follow_user` is created again by [`crate::triggers`].
const SQLITE: &str = "
drop index task_created_at_idx;
drop index task_updated_at_idx;
drop index task_due_first_idx;
drop index task_due_last_idx;
drop index task_priority_idx;
drop index task_title_idx;

alter table task add column revision integer not null default 0;
alter table task add column deleted_at datetime;
alter table task add column purged integer not null default 0;
update task set revision = numbered.revision from (
    select user_id, id, row_number() over (partition by user_id order by updated_at, id) as revision from task
) as numbered where task.user_id = numbered.user_id and task.id = numbered.id;

create index task_created_at_idx on task (user_id, created_at, id) where deleted_at is null;
create index task_updated_at_idx on task (user_id, updated_at, id) where deleted_at is null;
create index task_due_first_idx on task (user_id, coalesce(due_at, '~'), id) where deleted_at is null;
create index task_due_last_idx on task (user_id, coalesce(due_at, ''), id) where deleted_at is null;
create index task_priority_idx on task (user_id, priority, id) where deleted_at is null;
create index task_title_idx on task (user_id, title, id) where deleted_at is null;
create index task_deleted_at_idx on task (user_id, deleted_at, id) where deleted_at is not null;
create index task_revision_idx on task (user_id, revision);

create table task_counter (
    user_id         text    not null primary key,
    revision        integer not null,
    pruned_revision integer not null default 0
);
insert into task_counter (user_id, revision) select user_id, max(revision) from task group by user_id;

create table idempotency_key (
    user_id      text     not null,
    key          text     not null,
    request_hash blob     not null,
    expires_at   datetime not null,
    status       integer,
    etag         text,
    location     text,
    body         text,
    primary key (user_id, key)
);
create index idempotency_key_expires_at_idx on idempotency_key (expires_at);

drop trigger if exists task_follow_user;
";
