//! The statements that most requests run: the list without slow filters, and the task by id. Their texts are cached.

use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Value};

use super::{
    list_query::ListQuery,
    list_statement,
    row::{self, Column},
    sort::Sort,
};
use crate::{
    StoreError, TaskId,
    db::{CachedStatement, Dialect, SqlCache},
    owned::Owned,
};

static LIST: SqlCache<ListShape> = SqlCache::new();
static TASK: SqlCache<()> = SqlCache::new();

/// What the text of a list depends on, unless a slow filter is set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ListShape {
    completed: Option<bool>,
    sort: Sort,
    /// Whether the sort value of the cursor is a parameter; `None` on the first page.
    position: Option<bool>,
}

/// Returns the statement of a list without slow filters.
///
/// # Errors
///
/// [`StoreError::CursorMismatch`] if the cursor was issued for another list.
pub(super) fn list(
    rows: &Owned<row::Entity>,
    query: &ListQuery,
    dialect: Dialect,
) -> Result<CachedStatement, StoreError> {
    debug_assert!(!query.filter.may_be_slow());
    let mut values: Vec<Value> = vec![rows.owner().as_str().into()];
    let mut position = None;
    if let Some(cursor) = &query.after {
        let (key, id) = cursor.position(&query.filter, query.sort, rows.owner())?;
        let key = key.to_value();
        position = Some(key.is_some());
        values.extend(key);
        values.push(id.into());
    }
    values.push(list_statement::row_limit(query).into());
    let shape = ListShape { completed: query.filter.completed, sort: query.sort, position };
    LIST.statement(dialect, shape, values, || list_statement::select(rows, query, dialect))
}

/// Returns the statement of a task that is not deleted.
pub(super) fn task(rows: &Owned<row::Entity>, id: TaskId, dialect: Dialect) -> CachedStatement {
    let values = vec![rows.owner().as_str().into(), id.0.into()];
    let Ok(statement) = TASK.statement(dialect, (), values, || {
        let select = rows.select().filter(Column::Id.eq(id.0)).filter(row::is_live());
        Ok::<_, std::convert::Infallible>(select.select_only().columns(row::selected_columns()).into_query())
    });
    statement
}
