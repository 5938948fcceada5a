//! Removes accents from the folded columns, so that a search for "muller" finds "Müller".
//!
//! During a rolling deploy, replicas of the earlier version neither find the words that this migration changes nor remove
//! accents from what they write. No row is lost or rejected: a task that such a replica has written is found by its words
//! without accents, and by all of them once its title or description is written again.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, QueryResult, Statement},
};
use unicode_normalization::UnicodeNormalization;

use crate::dialect::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (backend, connection) = (manager.get_database_backend(), manager.get_connection());
        connection.execute_unprepared(dialect(backend, POSTGRES, "")).await?;
        if backend == DbBackend::Sqlite { fold_batches(connection).await } else { Ok(()) }
    }
}

/// The stored text is in lower case already. `normalize` exists only where the database's encoding is UTF-8.
const POSTGRES: &str = r"
do $$
begin
    if getdatabaseencoding() = 'UTF8' then
        update task set
            folded_title = normalize(regexp_replace(normalize(folded_title, NFD), '[\u0300-\u036f]', '', 'g'), NFC),
            folded_description =
                normalize(regexp_replace(normalize(folded_description, NFD), '[\u0300-\u036f]', '', 'g'), NFC)
        where octet_length(folded_title) > length(folded_title)
            or octet_length(folded_description) > length(folded_description);
    end if;
end
$$;
";

/// SQLite cannot normalize text. Rows of ASCII text need no change.
const BATCH: &str = "
select rowid as rowid, folded_title, folded_description from task
where rowid > ? and (length(cast(folded_title as blob)) > length(folded_title)
    or length(cast(folded_description as blob)) > length(folded_description))
order by rowid limit 500";

const UPDATE: &str = "update task set folded_title = ?, folded_description = ? where rowid = ?";

async fn fold_batches(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut last = i64::MIN;
    loop {
        let batch = Statement::from_sql_and_values(DbBackend::Sqlite, BATCH, [last.into()]);
        let rows = connection.query_all_raw(batch).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            last = fold_row(connection, row).await?;
        }
    }
}

/// Returns the row's `rowid`.
async fn fold_row(connection: &SchemaManagerConnection<'_>, row: &QueryResult) -> Result<i64, DbErr> {
    let (rowid, title, description): (i64, String, Option<String>) =
        (row.try_get("", "rowid")?, row.try_get("", "folded_title")?, row.try_get("", "folded_description")?);
    let values = [without_accents(&title).into(), description.as_deref().map(without_accents).into(), rowid.into()];
    connection.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, UPDATE, values)).await?;
    Ok(rowid)
}

fn without_accents(text: &str) -> String {
    text.nfd().filter(|character| !matches!(character, '\u{300}'..='\u{36f}')).nfc().collect()
}
