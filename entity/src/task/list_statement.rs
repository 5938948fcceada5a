//! Lists: filter, sort and page, as one statement that is flat whatever the page.

use sea_orm::{
    ColumnTrait, Condition, DbBackend, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, Order, SelectStatement, SimpleExpr, extension::postgres::PgExpr},
};
use uuid::Uuid;

use super::{
    cursor::{Cursor, SortValue},
    fold,
    list_query::{Filter, ListQuery, Sort, SortKey},
    model::Task,
    row::{self, Column, Tags},
};
use crate::{StoreError, UserId, db::is_postgres, owned::Owned};

/// One page, and where the next one begins.
#[derive(Debug, Clone)]
pub struct Page {
    /// The tasks.
    pub items: Vec<Task>,
    /// None on the last page.
    pub next: Option<Cursor>,
}

impl Page {
    /// Cuts off the one task that was read to learn whether there is more.
    pub(super) fn from_rows(mut items: Vec<Task>, listing: &ListQuery, owner: &UserId) -> Self {
        let more = items.len() > usize::from(listing.limit);
        items.truncate(listing.limit.into());
        let next = items.last().filter(|_| more).map(|last| Cursor::after(last, listing, owner));
        Self { items, next }
    }
}

pub(super) fn select(
    rows: &Owned<row::Entity>,
    listing: &ListQuery,
    backend: DbBackend,
) -> Result<SelectStatement, StoreError> {
    let mut select =
        rows.select().filter(matches(&listing.filter, backend)).select_only().columns(row::SELECTED_COLUMNS);
    if let Some(cursor) = &listing.after {
        let (key, id) = cursor.position(listing, rows.owner())?;
        select = select.filter(after(key, id, listing.sort, backend));
    }
    let direction = if listing.sort.descending { Order::Desc } else { Order::Asc };
    let mut statement = select.into_query();
    statement
        .order_by_expr(sort_expression(listing.sort, backend), direction.clone())
        .order_by((row::Entity, Column::Id), direction)
        .limit(u64::from(listing.limit) + 1);
    Ok(statement)
}

/// One comparison of both parts, which an index can begin at. SQLite can't where one of them is an expression: there the
/// first part is compared by itself too.
fn after(key: &SortValue, id: Uuid, sort: Sort, backend: DbBackend) -> Condition {
    let (first, bound) = (|| sort_expression(sort, backend), || sort_value(key, sort, backend));
    let place = Expr::tuple([first(), Expr::col((row::Entity, Column::Id))]);
    let position = Expr::tuple([bound(), Expr::value(id)]);
    let (behind, not_before) = if sort.descending {
        (place.lt(position), first().lte(bound()))
    } else {
        (place.gt(position), first().gte(bound()))
    };
    let by_expression = sort.key == SortKey::DueAt && !is_postgres(backend);
    Condition::all().add(behind).add_option(by_expression.then_some(not_before))
}

fn matches(filter: &Filter, backend: DbBackend) -> Condition {
    Condition::all()
        .add_option(filter.completed.map(is_completed))
        .add_option(filter.priority.map(|priority| Column::Priority.eq(priority.rank())))
        .add_option(filter.due_before.map(|instant| Column::DueAt.lt(instant)))
        .add_option(filter.due_after.map(|instant| Column::DueAt.gt(instant)))
        .add_option((!filter.tags.is_empty()).then(|| has_tags(&filter.tags, backend)))
        .add_option((!filter.words.is_empty()).then(|| contains_words(&filter.words, backend)))
}

fn is_completed(completed: bool) -> SimpleExpr {
    if completed { Column::CompletedAt.is_not_null() } else { Column::CompletedAt.is_null() }
}

fn has_tags(tags: &[String], backend: DbBackend) -> Condition {
    if is_postgres(backend) {
        return Condition::all().add(Expr::col((row::Entity, Column::Tags)).contains(Tags(tags.to_vec())));
    }
    tags.iter().fold(Condition::all(), |all, tag| {
        let one = "exists (select 1 from json_each(task.tags) where json_each.value = ?)";
        all.add(Expr::cust_with_values(one, [tag.as_str()]))
    })
}

/// A word is looked for as it stands: there is no pattern in it, so nothing to escape.
fn contains_words(words: &[String], backend: DbBackend) -> Condition {
    let position = if is_postgres(backend) { "strpos" } else { "instr" };
    let within = |column: Column, word: &str| {
        SimpleExpr::from(Func::cust(position).arg(Expr::col((row::Entity, column))).arg(fold(word))).gt(0)
    };
    words.iter().fold(Condition::all(), |all, word| {
        all.add(Condition::any().add(within(Column::FoldedTitle, word)).add(within(Column::FoldedDescription, word)))
    })
}

/// The expression that the index of this order is on.
fn sort_expression(sort: Sort, backend: DbBackend) -> SimpleExpr {
    let column = match sort.key {
        SortKey::CreatedAt => Column::CreatedAt,
        SortKey::UpdatedAt => Column::UpdatedAt,
        SortKey::Priority => Column::Priority,
        SortKey::Title => Column::Title,
        SortKey::DueAt => {
            return Func::coalesce([Expr::col((row::Entity, Column::DueAt)), missing_due_date(sort, backend)]).into();
        }
    };
    Expr::col((row::Entity, column))
}

/// Behind every date in the direction of the sort.
fn missing_due_date(sort: Sort, backend: DbBackend) -> SimpleExpr {
    Expr::cust(match (is_postgres(backend), sort.descending) {
        (true, false) => "'infinity'::timestamptz",
        (true, true) => "'-infinity'::timestamptz",
        (false, false) => "'~'",
        (false, true) => "''",
    })
}

fn sort_value(key: &SortValue, sort: Sort, backend: DbBackend) -> SimpleExpr {
    match key {
        SortValue::Instant(instant) | SortValue::Due(Some(instant)) => Expr::value(*instant),
        SortValue::Due(None) => missing_due_date(sort, backend),
        SortValue::Priority(priority) => Expr::value(priority.rank()),
        SortValue::Title(title) => Expr::value(title.as_str()),
    }
}
