//! The index of the search: the trigrams of the tasks of users who have many.
//!
//! A background task of the service fills it; no statement of a request does. A task is searched without the index until it
//! is in it, and again once its title or description has changed. On PostgreSQL a hash of the indexed text shows a change,
//! on SQLite a trigger removes the task from the index. So a rolling deploy misses nothing: replicas of the earlier version
//! ignore the index, and the tasks that they write are searched without it.

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

/// The first element of `search_grams` is a hash of the indexed text. A GIN index has an entry for a null too, so that it
/// must be partial to cost an insert nothing. Its list of pending entries would be read by each search.
const POSTGRES: &str = "
alter table task add column search_grams bigint[];
create index task_search_grams_idx on task using gin (search_grams) with (fastupdate = off) where search_grams is not null;
create index task_without_grams_idx on task (user_id) where case when search_grams[1] =
    hashtextextended(coalesce(folded_description, ''), hashtextextended(folded_title, 0)) then 1 else 0 end = 0;
";

/// `task` has no integer key, and `vacuum` may change its `rowid`.
const SQLITE: &str = "
alter table task add column search_id integer;
create unique index task_search_id_idx on task (search_id) where search_id is not null;
create index task_without_grams_idx on task (user_id) where search_id is null;
create virtual table task_search using fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

create trigger task_search_change after update of folded_title, folded_description on task
    when old.search_id is not null
        and (new.folded_title <> old.folded_title or new.folded_description is not old.folded_description)
begin
    delete from task_search where rowid = old.search_id;
    update task set search_id = null where user_id = new.user_id and id = new.id;
end;
create trigger task_search_delete after delete on task when old.search_id is not null begin
    delete from task_search where rowid = old.search_id;
end;
";
