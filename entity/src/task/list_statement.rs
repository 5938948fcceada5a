//! The statement of a list: filter, sort order and position. Its cost does not depend on the page.

use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, Order, SelectStatement, SimpleExpr, extension::postgres::PgExpr},
};
use uuid::Uuid;

use super::{
    cursor::SortValue,
    fold::fold,
    list_query::ListQuery,
    row::{self, Column, Tags},
    sort::{Filter, Sort, SortKey},
};
use crate::{StoreError, db::Dialect, owned::Owned};

pub(super) fn select(
    rows: &Owned<row::Entity>,
    query: &ListQuery,
    dialect: Dialect,
) -> Result<SelectStatement, StoreError> {
    let select = rows.select().filter(matches(&query.filter, dialect)).select_only().columns(row::selected_columns());
    let mut statement = after_cursor(select, rows, query, dialect)?;
    sort_and_limit(&mut statement, query, dialect);
    Ok(statement)
}

/// Limits `select` to tasks after the query's cursor, in the trash or not deleted.
pub(super) fn after_cursor(
    select: Select<row::Entity>,
    rows: &Owned<row::Entity>,
    query: &ListQuery,
    dialect: Dialect,
) -> Result<SelectStatement, StoreError> {
    let mut select =
        if query.filter.deleted { select.filter(row::is_in_trash()) } else { select.filter(row::is_live()) };
    if let Some(cursor) = &query.after {
        let (key, id) = cursor.position(&query.filter, query.sort, rows.owner())?;
        select = select.filter(after(key, id, query.sort, dialect));
    }
    Ok(select.into_query())
}

/// Limits the statement to one row more than the page has.
pub(super) fn sort_and_limit(statement: &mut SelectStatement, query: &ListQuery, dialect: Dialect) {
    sort(statement, query.sort, dialect).limit(row_limit(query));
}

/// Returns one row more than the page has.
pub(super) fn row_limit(query: &ListQuery) -> u64 {
    u64::from(query.limit) + 1
}

pub(super) fn sort(statement: &mut SelectStatement, sort: Sort, dialect: Dialect) -> &mut SelectStatement {
    let direction = if sort.descending { Order::Desc } else { Order::Asc };
    statement
        .order_by_expr(sort_expression(sort, dialect), direction.clone())
        .order_by((row::Entity, Column::Id), direction)
}

/// Limits the list to tasks after a position. The comparison of a tuple lets the database start at that position of the
/// index. SQLite does so only for plain columns, so that an expression is compared by itself too.
fn after(key: &SortValue, id: Uuid, sort: Sort, dialect: Dialect) -> Condition {
    let (expression, value) = (|| sort_expression(sort, dialect), || sort_value(key, sort, dialect));
    let row = Expr::tuple([expression(), Expr::col((row::Entity, Column::Id))]);
    let position = Expr::tuple([value(), Expr::value(id)]);
    let (after, lower_bound) = if sort.descending {
        (row.lt(position), expression().lte(value()))
    } else {
        (row.gt(position), expression().gte(value()))
    };
    let is_expression = sort.key == SortKey::DueAt && !dialect.is_postgres();
    Condition::all().add(after).add_option(is_expression.then_some(lower_bound))
}

pub(super) fn matches(filter: &Filter, dialect: Dialect) -> Condition {
    Condition::all()
        .add_option(filter.completed.map(is_completed))
        .add_option(filter.priority.map(|priority| Column::Priority.eq(priority.rank())))
        .add_option(filter.due_before.map(|instant| Column::DueAt.lt(instant)))
        .add_option(filter.due_after.map(|instant| Column::DueAt.gt(instant)))
        .add_option((!filter.tags.is_empty()).then(|| has_tags(&filter.tags, dialect)))
        .add_option((!filter.words.is_empty()).then(|| contains_words(&filter.words, dialect)))
}

fn is_completed(completed: bool) -> SimpleExpr {
    if completed { Column::CompletedAt.is_not_null() } else { Column::CompletedAt.is_null() }
}

fn has_tags(tags: &[String], dialect: Dialect) -> Condition {
    if dialect.is_postgres() {
        return Condition::all().add(Expr::col((row::Entity, Column::Tags)).contains(Tags(tags.to_vec())));
    }
    tags.iter().fold(Condition::all(), |all, tag| {
        let one = "exists (select 1 from json_each(task.tags) where json_each.value = ?)";
        all.add(Expr::cust_with_values(one, [tag.as_str()]))
    })
}

/// Searches for each word literally; there is no pattern to escape.
fn contains_words(words: &[String], dialect: Dialect) -> Condition {
    let position = if dialect.is_postgres() { "strpos" } else { "instr" };
    let contains = |column: Column, word: &str| {
        SimpleExpr::from(Func::cust(position).arg(Expr::col((row::Entity, column))).arg(fold(word))).gt(0)
    };
    words.iter().fold(Condition::all(), |all, word| {
        all.add(
            Condition::any().add(contains(Column::FoldedTitle, word)).add(contains(Column::FoldedDescription, word)),
        )
    })
}

/// Returns the expression of the index for a sort order.
fn sort_expression(sort: Sort, dialect: Dialect) -> SimpleExpr {
    let column = match sort.key {
        SortKey::CreatedAt => Column::CreatedAt,
        SortKey::UpdatedAt => Column::UpdatedAt,
        SortKey::Priority => Column::Priority,
        SortKey::Title => Column::Title,
        SortKey::DueAt => {
            return Func::coalesce([Expr::col((row::Entity, Column::DueAt)), missing_due_date(sort, dialect)]).into();
        }
    };
    Expr::col((row::Entity, column))
}

/// Returns the value that stands for no due date, which sorts last in either direction.
fn missing_due_date(sort: Sort, dialect: Dialect) -> SimpleExpr {
    Expr::cust(match (dialect.is_postgres(), sort.descending) {
        (true, false) => "'infinity'::timestamptz",
        (true, true) => "'-infinity'::timestamptz",
        (false, false) => "'~'",
        (false, true) => "''",
    })
}

fn sort_value(key: &SortValue, sort: Sort, dialect: Dialect) -> SimpleExpr {
    key.to_value().map_or_else(|| missing_due_date(sort, dialect), Expr::value)
}
