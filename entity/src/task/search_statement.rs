//! The statements of a search among many tasks.

use sea_orm::{
    Condition, QuerySelect, Value,
    sea_query::{ArrayType, Expr, Query, SelectStatement, SimpleExpr},
};

use super::{
    list_query::ListQuery,
    list_statement::{after_cursor, matches, sort, sort_and_limit},
    row::{self, Column},
};
use crate::{StoreError, db::Dialect, owned::Owned};

/// The number of tasks that a search reads without an index.
const SCAN_LIMIT: u64 = 2_000;

/// No limit at all. The planner must not expect to find the page early in an index of the sort order.
const UNLIMITED: u64 = i64::MAX as u64;

/// A condition on `task`, the one of the index `task_without_grams_idx`: the trigrams are missing, or of an earlier text. The
/// planner expects few rows of an equation, but nearly all of `is distinct from`.
pub(super) const POSTGRES_WITHOUT_GRAMS: &str = "case when task.search_grams[1] = \
     hashtextextended(coalesce(task.folded_description, ''), hashtextextended(task.folded_title, 0)) then 1 else 0 end = 0";

/// Finds the same tasks where the policies of row-level security keep a statement from the index of the trigrams.
const POSTGRES_FIND_TASKS: &str = "task.id in (select taskbridge.find_tasks($1))";

/// Finds tasks by `id`, the second part of the primary key. Tasks of other users are among them only if hashes collide.
const SQLITE_BY_GRAMS: &str = "task.id in (
    select found.id from taskbridge.task_search cross join taskbridge.task as found on found.search_id = task_search.rowid
    where task_search match ?
    union all select without_grams.id from taskbridge.task as without_grams indexed by task_without_grams_idx
    where without_grams.user_id = ? and without_grams.search_id is null)";

/// Selects a row if more than [`SCAN_LIMIT`] tasks follow the query's cursor.
pub(super) fn has_many_tasks(
    rows: &Owned<row::Entity>,
    query: &ListQuery,
    dialect: Dialect,
) -> Result<SelectStatement, StoreError> {
    let mut statement = after_cursor(rows.select().select_only().column(Column::Id), rows, query, dialect)?;
    sort(&mut statement, query.sort, dialect).offset(SCAN_LIMIT).limit(1);
    Ok(statement)
}

/// Searches the first [`SCAN_LIMIT`] tasks of the list. A full page of them is the page of the whole search.
pub(super) fn among_first_tasks(
    rows: &Owned<row::Entity>,
    query: &ListQuery,
    dialect: Dialect,
) -> Result<SelectStatement, StoreError> {
    let columns = row::selected_columns().chain([Column::FoldedTitle, Column::FoldedDescription]);
    let mut first = after_cursor(rows.select().select_only().columns(columns), rows, query, dialect)?;
    sort(&mut first, query.sort, dialect).limit(SCAN_LIMIT);
    let mut statement = page_of(first, query, dialect);
    statement.cond_where(matches(&query.filter, dialect));
    Ok(statement)
}

/// Searches the tasks that have all of `grams`, and those whose trigrams are not in the index.
pub(super) fn by_grams(
    rows: &Owned<row::Entity>,
    query: &ListQuery,
    grams: &[i64],
    dialect: Dialect,
) -> Result<SelectStatement, StoreError> {
    let select = rows.select().select_only().columns(row::selected_columns());
    let mut found = after_cursor(select, rows, query, dialect)?;
    found.cond_where(matches(&query.filter, dialect)).cond_where(may_contain(rows, grams, dialect));
    found.limit(UNLIMITED);
    Ok(page_of(found, query, dialect))
}

fn page_of(tasks: SelectStatement, query: &ListQuery, dialect: Dialect) -> SelectStatement {
    let mut statement = Query::select();
    statement.columns(row::selected_columns().map(|column| (row::Entity, column))).from_subquery(tasks, row::Entity);
    sort_and_limit(&mut statement, query, dialect);
    statement
}

fn may_contain(rows: &Owned<row::Entity>, grams: &[i64], dialect: Dialect) -> Condition {
    if dialect.is_postgres() {
        let grams = grams.iter().map(|gram| Value::from(*gram)).collect();
        let grams = Value::Array(ArrayType::BigInt, Some(Box::new(grams)));
        if rows.has_row_level_security() {
            return Condition::all().add(Expr::cust_with_values(POSTGRES_FIND_TASKS, [grams]));
        }
        let has_grams = Expr::cust_with_values("task.search_grams @> $1", [grams]);
        return Condition::any().add(has_grams).add(Expr::cust(POSTGRES_WITHOUT_GRAMS));
    }
    let by_grams: SimpleExpr =
        Expr::cust_with_values(SQLITE_BY_GRAMS, [sqlite_document(grams), rows.owner().as_str().to_owned()]);
    Condition::all().add(by_grams)
}

/// Returns trigrams as words of a full-text document or query.
pub(super) fn sqlite_document(grams: &[i64]) -> String {
    grams.iter().map(|gram| format!("{gram:016x}")).collect::<Vec<_>>().join(" ")
}
