//! The table `task_counter`: the number of changes of each user's tasks, from which a changed task takes its revision.
//!
//! A transaction keeps the user's row locked until it ends, so that revisions are committed in their order.

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
    db::{Dialect, Executor, Row},
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
    fn advance_if_changed(&self) -> InsertStatement {
        self.advance(Expr::cust("changes() > 0").into())
    }

    fn advance(&self, condition: Condition) -> InsertStatement {
        let first = ActiveModel { user_id: NotSet, revision: Set(1), pruned_revision: NotSet };
        let stored = Expr::col(("task_counter", Column::Revision));
        let advance = OnConflict::column(Column::UserId).value(Column::Revision, stored.add(1_i64)).to_owned();
        self.rows.insert_if(first, [], condition).on_conflict(advance).to_owned()
    }
}

fn subquery(select: SelectStatement) -> SimpleExpr {
    SimpleExpr::SubQuery(None, Box::new(select.into()))
}
