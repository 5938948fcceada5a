//! The revocation feed: every stored revocation first, then those that any process stores.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use super::{listener::Listener, model::Revocation, row::StoredRevocation};
use crate::{
    Db, StoreError,
    better_auth::timestamp_value,
    db::{Dialect, Executor, Sql},
    task::ChangeNotification,
};

/// The interval between polls, which continue while notifications arrive.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// How far a poll reaches back before the previous one. A transaction may commit after others that began later; one of
/// this service takes no longer than a statement may.
const POLL_OVERLAP: TimeDelta = TimeDelta::seconds(5);

/// The overlap of every [`LONG_OVERLAP_PERIOD`]th poll, for transactions of other programs.
const LONG_POLL_OVERLAP: TimeDelta = TimeDelta::seconds(60);

const LONG_OVERLAP_PERIOD: u64 = 20;

/// The number of rows in a page.
const PAGE_SIZE: usize = 10_000;

/// Polls the table of revocations, and listens for notifications between polls where the database has them.
pub struct Feed {
    db: Db,
    listener: Listener,
    /// Revocations that had expired by then are not read.
    opened_at: DateTime<Utc>,
    /// When the last completed poll began, by the database's clock.
    last_poll_began: DateTime<Utc>,
    completed_polls: u64,
    /// The poll in progress, if it has more pages.
    poll: Option<Poll>,
    next_poll: Instant,
}

/// A poll in progress, and its position in the table's index on `(created_at, id)`.
#[derive(Clone, Copy)]
struct Poll {
    began: DateTime<Utc>,
    position: (DateTime<Utc>, i64),
}

impl Feed {
    /// Opens a feed of the revocations in `db`.
    #[must_use]
    pub fn new(db: Db, now: DateTime<Utc>) -> Self {
        Self {
            listener: Listener::new(db.clone()),
            db,
            opened_at: now,
            last_poll_began: DateTime::UNIX_EPOCH,
            completed_polls: 0,
            poll: None,
            next_poll: Instant::now(),
        }
    }

    /// Sends the notifications of changed tasks, which arrive on the same connection, to `receiver`. Those that do not fit are lost.
    #[must_use]
    pub fn with_change_notifications(mut self, receiver: mpsc::Sender<ChangeNotification>) -> Self {
        self.listener.forward_change_notifications(receiver);
        self
    }

    /// Waits for revocations: first every stored one, page by page, then new ones. One may be delivered twice. The result
    /// is empty if a poll finds none, so that each `Ok` proves that the database is reachable.
    ///
    /// Call it in a loop: it waits by itself.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; other variants as it answers. The feed is
    /// stale until a call succeeds, which delivers what was missed.
    pub async fn next(&mut self) -> Result<Vec<Revocation>, StoreError> {
        if self.poll.is_none() {
            if Instant::now() < self.next_poll
                && let Ok(Some(revocation)) = timeout_at(self.next_poll, self.listener.recv()).await
            {
                return Ok(vec![revocation]);
            }
            self.next_poll = Instant::now() + POLL_INTERVAL;
        }
        let page = self.next_page().await;
        if page.is_err() {
            self.poll = None;
        }
        page
    }

    /// Returns whether every revocation has been delivered that was stored when the last poll began.
    #[must_use]
    pub fn has_caught_up(&self) -> bool {
        self.completed_polls > 0 && self.poll.is_none()
    }

    /// Returns whether the database notifies the feed. If not, revocations are delivered up to half a second late.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.listener.is_connected()
    }

    async fn next_page(&mut self) -> Result<Vec<Revocation>, StoreError> {
        let start = (self.last_poll_began - self.overlap(), 0);
        let (after, after_id) = self.poll.map_or(start, |poll| poll.position);
        let dialect = self.db.dialect();
        let values = [timestamp_value(after, dialect), after_id.into(), timestamp_value(self.opened_at, dialect)];
        let rows = self.db.query(&Sql::new(&page_sql(dialect), values)).await?;
        let mut began = self.poll.map(|poll| poll.began);
        let (mut position, mut revocations) = (None, Vec::with_capacity(rows.len()));
        for row in &rows {
            began = began.or(row.get(0)?);
            if let Some(id) = row.get(2)? {
                position = Some((row.get(1)?, id));
                revocations.extend(StoredRevocation::from_row(row, 3)?.into_revocation());
            }
        }
        self.advance(position.filter(|_| rows.len() == PAGE_SIZE), began.unwrap_or(self.last_poll_began));
        Ok(revocations)
    }

    /// Records the position of the poll; `None` completes it.
    fn advance(&mut self, position: Option<(DateTime<Utc>, i64)>, began: DateTime<Utc>) {
        self.poll = position.map(|position| Poll { began, position });
        if self.poll.is_none() {
            self.last_poll_began = began;
            self.completed_polls += 1;
        }
    }

    fn overlap(&self) -> TimeDelta {
        if self.completed_polls.is_multiple_of(LONG_OVERLAP_PERIOD) { LONG_POLL_OVERLAP } else { POLL_OVERLAP }
    }
}

/// Selects a page. Each row has the database's time; an empty page is one row with nothing else.
fn page_sql(dialect: Dialect) -> String {
    let now = if dialect.is_postgres() { "now()" } else { "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')" };
    format!(
        "select {now}, page.* from (select 1) as one left join (
            select created_at, id, kind, key, issued_until, expires_at from taskbridge.revocation
            where (created_at, id) > ($1, $2) and expires_at > $3 order by created_at, id limit {PAGE_SIZE}
        ) as page on true order by created_at, id"
    )
}
