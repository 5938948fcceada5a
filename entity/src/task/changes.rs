//! The changes of a user's tasks in the order of their revisions, read from the tasks themselves: each row is the last change
//! of its task.

use sea_orm::{
    ColumnTrait, Condition, DeriveIden, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, JoinType, Order, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    Tasks, counter,
    model::{DeletedTask, Revision, Task},
    row::{self, Column},
    sync_token::SyncToken,
};
use crate::{
    StoreError, UserId,
    db::{Executor, Row},
};

/// The most changes that are read at once, so that other reads on the same connection do not wait for long.
const MAX_SHORT_PAGE: u16 = 100;

/// The size of a large task. As many are read at once as would fit if all had it.
const LARGE_TASK_BYTES: usize = 8 * 1024;

/// The size of a page.
#[derive(Debug, Clone, Copy)]
pub struct PageLimit {
    /// The most changes.
    pub changes: u16,
    /// The page ends with the changes that exceed this many bytes of titles and descriptions.
    pub text_bytes: usize,
}

impl PageLimit {
    /// The most changes that are read at once.
    fn short_page(self) -> u16 {
        let large_tasks = u16::try_from(self.text_bytes / LARGE_TASK_BYTES).unwrap_or(u16::MAX);
        self.changes.min(large_tasks.clamp(1, MAX_SHORT_PAGE))
    }
}

/// The subqueries of the statement.
#[derive(DeriveIden)]
enum Part {
    One,
    Counter,
    Page,
}

/// The last change of a task.
#[derive(Debug, Clone, Copy)]
pub enum Change<'r> {
    /// The task was created, changed or restored.
    Task(Task<'r>),
    /// The task was deleted: it is in the trash, or removed for good.
    Deleted(DeletedTask),
}

/// The outcome of reading changes.
pub enum ChangesOutcome {
    /// A page of them.
    Page(ChangePage),
    /// The changes since the token can no longer be read: the client must start without one.
    Expired,
    /// The token is another user's.
    ForeignToken,
}

/// A page of changes, in the order of their revisions.
pub struct ChangePage {
    rows: Vec<Row>,
    owner: UserId,
    start: Revision,
    /// The size of titles and descriptions, counted if there are further changes.
    text_bytes: usize,
    /// The token with which to read the changes after this page.
    pub next: SyncToken,
    /// Whether further changes are stored already.
    pub has_more: bool,
}

impl Tasks {
    /// Returns a page of the changes since `token`, or without one of everything that exists.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn changes(&self, token: Option<&SyncToken>, limit: PageLimit) -> Result<ChangesOutcome, StoreError> {
        let mut page = match self.short_page(token, limit.short_page()).await? {
            ChangesOutcome::Page(page) => page,
            rejected => return Ok(rejected),
        };
        while page.has_more && page.rows.len() < limit.changes.into() && page.text_bytes < limit.text_bytes {
            let rest = limit.changes - u16::try_from(page.rows.len()).unwrap_or(limit.changes);
            let next = self.short_page(Some(&page.next), rest.min(limit.short_page())).await?;
            let ChangesOutcome::Page(more) = next else { break };
            page.append(more);
        }
        Ok(ChangesOutcome::Page(page))
    }

    /// Reads changes and the counter in one statement, that is, as they were at one time.
    async fn short_page(&self, token: Option<&SyncToken>, limit: u16) -> Result<ChangesOutcome, StoreError> {
        if token.is_some_and(|token| !token.is_of(self.rows.owner())) {
            return Ok(ChangesOutcome::ForeignToken);
        }
        let rows = self.db.query(&self.changes_statement(token, limit)).await?;
        let (current, pruned) = counter_of(rows.first())?;
        if token.is_some_and(|token| !token.is_current(current, pruned)) {
            return Ok(ChangesOutcome::Expired);
        }
        let start = token.map_or(current, SyncToken::start);
        Ok(ChangesOutcome::Page(ChangePage::new(rows, limit, self.rows.owner(), current, start)?))
    }

    /// Returns the token of a client that has read every change.
    ///
    /// # Errors
    ///
    /// As [`Tasks::changes`].
    pub async fn latest_token(&self) -> Result<SyncToken, StoreError> {
        let row = self.db.query_one(&self.counter.select()).await?;
        let revision = row.map_or(Ok(0), |row| row.get(0))?;
        Ok(self.token_after(Revision(revision)))
    }

    /// Returns the token of a client that has read every change up to `revision`.
    #[must_use]
    pub fn token_after(&self, revision: Revision) -> SyncToken {
        SyncToken::new(self.rows.owner(), revision, Revision(0))
    }

    /// Returns the statement that [`Tasks::changes`] runs.
    #[cfg(feature = "explain")]
    #[must_use]
    pub fn explain_changes(&self, token: Option<&SyncToken>, limit: u16) -> sea_orm::Statement {
        self.db.explain(&self.changes_statement(token, limit))
    }

    /// Selects one row more than the page has, each with the counter; the counter alone if there is none.
    fn changes_statement(&self, token: Option<&SyncToken>, limit: u16) -> SelectStatement {
        Query::select()
            .columns(row::selected_columns().map(|column| (Part::Page, column)))
            .columns([counter::Column::Revision, counter::Column::PrunedRevision].map(|column| (Part::Counter, column)))
            .from_subquery(Query::select().expr(Expr::val(1)).take(), Part::One)
            .join_subquery(
                JoinType::LeftJoin,
                self.counter.select(),
                Part::Counter,
                Condition::all().add(Expr::cust("true")),
            )
            .join_subquery(
                JoinType::LeftJoin,
                self.page(token, limit),
                Part::Page,
                Condition::all().add(Expr::cust("true")),
            )
            .order_by((Part::Page, Column::Revision), Order::Asc)
            .take()
    }

    fn page(&self, token: Option<&SyncToken>, limit: u16) -> SelectStatement {
        let changes = match token {
            Some(token) => {
                let deleted_later = Column::Revision.gt(token.start().0);
                let is_known = Condition::any().add(row::is_live()).add(deleted_later);
                Condition::all().add(Column::Revision.gt(token.revision().0)).add(is_known)
            }
            None => row::is_live().into(),
        };
        let select = self.rows.select().filter(changes).select_only().columns(row::selected_columns());
        let mut page = select.into_query();
        page.order_by((row::Entity, Column::Revision), Order::Asc).limit(u64::from(limit) + 1);
        page
    }
}

impl ChangePage {
    fn new(
        mut rows: Vec<Row>,
        limit: u16,
        owner: &UserId,
        current: Revision,
        start: Revision,
    ) -> Result<Self, StoreError> {
        let has_more = rows.len() > usize::from(limit);
        rows.truncate(limit.into());
        if rows.first().map(|row| row.get::<Option<Uuid>>(0)).transpose()?.flatten().is_none() {
            rows.clear(); // the counter alone
        }
        let last = rows.last().filter(|_| has_more).map(|row| row::from_row(row, owner)).transpose()?;
        let next = SyncToken::new(owner, last.map_or(current, |last| last.revision), start);
        let text_bytes = if has_more { text_bytes(&rows, owner)? } else { 0 };
        Ok(Self { rows, owner: owner.clone(), start, text_bytes, next, has_more })
    }

    /// Adds the page that follows.
    fn append(&mut self, page: Self) {
        self.rows.extend(page.rows);
        self.text_bytes += page.text_bytes;
        (self.next, self.has_more) = (page.next, page.has_more);
    }

    /// Returns the token of a client that has read the page up to a change of it.
    #[must_use]
    pub fn token_after(&self, change: &Change<'_>) -> SyncToken {
        SyncToken::new(&self.owner, change.revision(), self.start)
    }

    /// Reads the changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if a column has another type.
    pub fn changes(&self) -> Result<Vec<Change<'_>>, StoreError> {
        let change = |row| row::from_row(row, &self.owner).map(Change::from);
        self.rows.iter().map(change).collect()
    }
}

/// Returns the size of the titles and descriptions. Of a deleted task, none is sent.
fn text_bytes(rows: &[Row], owner: &UserId) -> Result<usize, StoreError> {
    let size = |row| match row::from_row(row, owner).map(Change::from)? {
        Change::Task(task) => Ok(task.title.len() + task.description.map_or(0, str::len)),
        Change::Deleted(_) => Ok(0),
    };
    rows.iter().map(size).sum()
}

/// Reads the columns of the counter, which follow those of a task. A user without tasks has no counter.
fn counter_of(row: Option<&Row>) -> Result<(Revision, Revision), StoreError> {
    let row = row.ok_or_else(|| StoreError::unexpected("no row of the counter"))?;
    let position = row::selected_columns().count();
    let [current, pruned] = [position, position + 1].map(|position| row.get::<Option<i64>>(position));
    Ok((Revision(current?.unwrap_or_default()), Revision(pruned?.unwrap_or_default())))
}

impl Change<'_> {
    /// Returns the number of the change.
    #[must_use]
    pub fn revision(&self) -> Revision {
        match self {
            Self::Task(task) => task.revision,
            Self::Deleted(deleted) => deleted.revision,
        }
    }
}

impl<'r> From<Task<'r>> for Change<'r> {
    fn from(task: Task<'r>) -> Self {
        match task.deleted_at {
            None => Self::Task(task),
            Some(_) => Self::Deleted(DeletedTask { id: task.id, revision: task.revision }),
        }
    }
}
