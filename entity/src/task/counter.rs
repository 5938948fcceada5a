//! The table `task_counter`: the number of changes of each user's tasks, from which a changed task takes its revision.
//!
//! A transaction keeps the user's row locked until it ends, so that revisions are committed in their order.

use std::convert::Infallible;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, DeriveIden, QuerySelect, QueryTrait, StatementBuilder,
    entity::prelude::*,
    sea_query::{
        CommonTableExpression, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SelectStatement, SimpleExpr,
        SubQueryStatement, WithClause,
    },
};

use crate::{
    Db, StoreError,
    db::{CachedStatement, Dialect, Executor, Row, SqlCache},
    owned::{Owned, OwnedEntity, Owner},
    owned_tables::OwnedTable,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "taskbridge", table_name = "task_counter")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) user_id: String,
    /// The last revision that was taken.
    pub(super) revision: i64,
    /// The greatest revision of a deleted task that has been forgotten.
    pub(super) pruned_revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const TABLE: OwnedTable = OwnedTable::TaskCounter;
    const OWNER: Column = Column::UserId;
}

/// The insert of a task without a condition, on PostgreSQL with the common table expression.
static INSERT: SqlCache<()> = SqlCache::new();

/// The statement that follows a write on SQLite.
static ADVANCE: SqlCache<()> = SqlCache::new();

/// The common table expression that takes a revision.
#[derive(DeriveIden)]
enum Counter {
    #[sea_orm(iden = "counter")]
    Table,
    Revision,
}

/// The counter of one owner.
#[derive(Clone)]
pub(super) struct TaskCounter {
    rows: Owned<Entity>,
    dialect: Dialect,
}

impl TaskCounter {
    pub(super) fn new(owner: Owner, db: &Db) -> Self {
        Self { rows: Owned::new(owner, db), dialect: db.dialect() }
    }

    /// Returns the revision that a statement stores which [`TaskCounter::insert`] or [`TaskCounter::update`] runs.
    pub(super) fn next(&self) -> SimpleExpr {
        if self.dialect.is_postgres() {
            return subquery(Query::select().column(Counter::Revision).from(Counter::Table).take());
        }
        let stored = self.rows.select().select_only().column(Column::Revision).into_query();
        SimpleExpr::from(Func::coalesce([subquery(stored), Expr::value(0_i64)])).add(1_i64)
    }

    /// Returns the condition that an insert needs to insert nothing where `guard`, given to [`TaskCounter::insert`], is false.
    pub(super) fn guarded(&self, guard: &Condition) -> Condition {
        if self.dialect.is_postgres() { self.next().is_not_null().into() } else { guard.clone() }
    }

    /// Selects the last revision that was taken, and the greatest of a deleted task that has been forgotten.
    pub(super) fn select(&self) -> SelectStatement {
        self.rows.select().select_only().columns([Column::Revision, Column::PrunedRevision]).into_query()
    }

    /// Runs an insert of one task without a condition, and takes a revision. `values` are what `insert` binds for the row.
    pub(super) async fn insert_unconditionally(
        &self,
        executor: &impl Executor,
        values: impl Iterator<Item = Value>,
        insert: impl FnOnce() -> InsertStatement,
    ) -> Result<Option<Row>, StoreError> {
        let insert = self.insert_statement(values, insert);
        let outcome = if self.dialect.is_postgres() {
            executor.insert(&insert, self.rows.owner().as_str()).await?
        } else {
            executor.write_both(&insert, &self.advance_if_changed()).await?
        };
        Ok(outcome.into_row())
    }

    fn insert_statement(
        &self,
        values: impl Iterator<Item = Value>,
        insert: impl FnOnce() -> InsertStatement,
    ) -> CachedStatement {
        if self.dialect.is_postgres() {
            let values = self.advance_values().into_iter().chain(values).collect();
            return cached(&INSERT, self.dialect, values, || self.take(Condition::all()).query(insert()));
        }
        let revision: [Value; 3] = [self.rows.owner().as_str().into(), 0_i64.into(), 1_i64.into()];
        cached(&INSERT, self.dialect, values.chain(revision).collect(), insert)
    }

    /// Runs an insert of one task, and takes a revision if `guard` holds.
    pub(super) async fn insert(
        &self,
        executor: &impl Executor,
        insert: InsertStatement,
        guard: Condition,
    ) -> Result<Option<Row>, StoreError> {
        let outcome = if self.dialect.is_postgres() {
            executor.insert(&self.take(guard).query(insert), self.rows.owner().as_str()).await?
        } else {
            executor.write_both(&insert, &self.advance_if_changed()).await?
        };
        Ok(outcome.into_row())
    }

    /// Runs an update of one task, and takes a revision if `task` selects a row.
    pub(super) async fn update(
        &self,
        executor: &impl Executor,
        update: impl StatementBuilder + Into<SubQueryStatement>,
        task: SelectStatement,
    ) -> Result<Option<Row>, StoreError> {
        if self.dialect.is_postgres() {
            return executor.execute_returning(&self.take(Expr::exists(task).into()).query(update)).await;
        }
        let outcome = executor.write_both(&update, &self.advance_if_changed()).await?;
        Ok(outcome.into_row())
    }

    /// Locks the counter. An owner without one has no tasks; the first insert creates and locks it. SQLite has one writer.
    pub(super) async fn lock(&self, executor: &impl Executor) -> Result<(), StoreError> {
        if self.dialect.is_postgres() {
            let lock = self.rows.select().select_only().column(Column::Revision).lock_exclusive();
            executor.query(&lock.into_query()).await?;
        }
        Ok(())
    }

    /// Returns the common table expression that takes a revision, on PostgreSQL.
    fn take(&self, condition: Condition) -> WithClause {
        let advance = self.advance(condition).returning_col(Column::Revision).to_owned();
        let taken = CommonTableExpression::new().table_name(Counter::Table).query(advance).to_owned();
        WithClause::new().cte(taken).to_owned()
    }

    /// Returns the statement that follows a write on SQLite.
    fn advance_if_changed(&self) -> CachedStatement {
        let values = self.advance_values().into();
        cached(&ADVANCE, self.dialect, values, || self.advance(Expr::cust("changes() > 0").into()))
    }

    /// Returns the values that [`TaskCounter::advance`] binds.
    fn advance_values(&self) -> [Value; 3] {
        [self.rows.owner().as_str().into(), 1_i64.into(), 1_i64.into()]
    }

    fn advance(&self, condition: Condition) -> InsertStatement {
        let first = ActiveModel { user_id: NotSet, revision: Set(1), pruned_revision: NotSet };
        let stored = Expr::col(("task_counter", Column::Revision));
        let advance = OnConflict::column(Column::UserId).value(Column::Revision, stored.add(1_i64)).to_owned();
        self.rows.insert_if(first, [], condition).on_conflict(advance).to_owned()
    }
}

fn cached<B: StatementBuilder>(
    cache: &SqlCache<()>,
    dialect: Dialect,
    values: Vec<Value>,
    build: impl FnOnce() -> B,
) -> CachedStatement {
    let Ok(statement) = cache.statement(dialect, (), values, || Ok::<_, Infallible>(build()));
    statement
}

fn subquery(select: SelectStatement) -> SimpleExpr {
    SimpleExpr::SubQuery(None, Box::new(select.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        DbSettings, TaskId, UserId,
        task::{TaskContent, row},
    };

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "a test has no token")]
    async fn the_statements_of_a_create_are_cached() {
        for url in ["sqlite::memory:", "postgres://localhost/never_connected"] {
            let db = Db::open(&DbSettings::new(url)).await.unwrap();
            let owner = Owner::from_verified(UserId::from("ann"));
            let (tasks, counter) = (Owned::<row::Entity>::new(owner.clone(), &db), TaskCounter::new(owner, &db));
            let now = chrono::DateTime::UNIX_EPOCH;
            let row = row::new_row(TaskId::new(now), TaskContent::default(), now);
            let next = [(row::Column::Revision, counter.next())];
            counter.insert_statement(tasks.values(row.clone()), || tasks.insert_if(row, next, Condition::all()));
            counter.advance_if_changed();
        }
        assert_eq!((INSERT.len(), ADVANCE.len()), (2, 2), "statements of both dialects");
    }
}
