//! The feed: all that is revoked, and then what is revoked anew, by whomever.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbBackend;
use tokio::time::{Instant, timeout_at};

use super::{Revocation, listener::Listener, row::StoredRevocation};
use crate::{
    Db, DbSettings, StoreError,
    better_auth::timestamp_value,
    db::{is_postgres, statement},
};

/// How often the database is asked, though it tells by itself where it can.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// How far a round goes back behind the last one, since what was stored first may be seen last: so long a statement of
/// ours may take. One round in twenty goes back further, for the transactions of others.
const POLL_OVERLAP: TimeDelta = TimeDelta::seconds(5);
const LONG_POLL_OVERLAP: TimeDelta = TimeDelta::seconds(60);
const LONG_OVERLAP_EVERY_ROUNDS: u64 = 20;

/// How many are read at once.
const PAGE_SIZE: usize = 10_000;

/// It asks the database what is revoked, in rounds, and between them is told, where that can be had.
pub struct Feed {
    db: Db,
    listener: Listener,
    /// What had expired by then is not read.
    opened: DateTime<Utc>,
    /// When the last round that came to its end began, by the database's clock.
    last_round_began: DateTime<Utc>,
    completed_rounds: u64,
    /// The present round, if it is not at its end.
    round: Option<Round>,
    next_poll: Instant,
}

/// A round, and where it has come to in the order of the table's index.
#[derive(Clone, Copy)]
struct Round {
    began: DateTime<Utc>,
    position: (DateTime<Utc>, i64),
}

impl Feed {
    /// A feed with connections of its own, two at most, which are made as they are needed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the URL is not understood, or the SQLite file can't be opened.
    pub async fn open(settings: &DbSettings, now: DateTime<Utc>) -> Result<Self, StoreError> {
        Ok(Self {
            db: Db::open(&DbSettings { max_connections: 2, ..settings.clone() }).await?,
            listener: Listener::new(),
            opened: now,
            last_round_began: DateTime::UNIX_EPOCH,
            completed_rounds: 0,
            round: None,
            next_poll: Instant::now(),
        })
    }

    /// Waits for revocations: first all that stand, page by page, then those that are new. One may come twice. None come
    /// where the database was asked in vain, so that each answer proves that the feed is not cut.
    ///
    /// # Errors
    ///
    /// What the database answered: the feed is cut until a call succeeds, and what was missed comes then. Calls may follow
    /// each other at once, for they wait by themselves.
    pub async fn next(&mut self) -> Result<Vec<Revocation>, StoreError> {
        if self.round.is_none() {
            self.listener.ensure_connected(&self.db).await;
            if Instant::now() < self.next_poll
                && let Ok(Some(told)) = timeout_at(self.next_poll, self.listener.recv()).await
            {
                return Ok(vec![told]);
            }
            self.next_poll = Instant::now() + POLL_INTERVAL;
        }
        let page = self.next_page().await;
        if page.is_err() {
            self.round = None;
        }
        page
    }

    /// Whether all has come that stood when the last round began.
    #[must_use]
    pub fn has_caught_up(&self) -> bool {
        self.completed_rounds > 0 && self.round.is_none()
    }

    /// Whether the database tells by itself; else news come up to half a second later.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.listener.is_connected()
    }

    async fn next_page(&mut self) -> Result<Vec<Revocation>, StoreError> {
        let (from, behind) =
            self.round.map_or_else(|| (self.last_round_began - self.overlap(), 0), |round| round.position);
        let backend = self.db.backend();
        let values = [timestamp_value(from, backend), behind.into(), timestamp_value(self.opened, backend)];
        let rows = self.db.with_timeout(statement::query(self.db.connection(), &select(backend), values)).await?;
        let mut began = self.round.map(|round| round.began);
        let (mut place, mut revocations) = (None, Vec::with_capacity(rows.len()));
        for row in &rows {
            began = began.or(row.try_get_by_index(0)?);
            if let Some(id) = row.try_get_by_index(2)? {
                place = Some((row.try_get_by_index(1)?, id));
                revocations.extend(StoredRevocation::read(row, 3)?.into_revocation());
            }
        }
        self.advance(place.filter(|_| rows.len() == PAGE_SIZE), began.unwrap_or(self.last_round_began));
        Ok(revocations)
    }

    /// Notes where the round has come to; none is its end.
    fn advance(&mut self, place: Option<(DateTime<Utc>, i64)>, began: DateTime<Utc>) {
        self.round = place.map(|place| Round { began, position: place });
        if self.round.is_none() {
            self.last_round_began = began;
            self.completed_rounds += 1;
        }
    }

    fn overlap(&self) -> TimeDelta {
        if self.completed_rounds.is_multiple_of(LONG_OVERLAP_EVERY_ROUNDS) { LONG_POLL_OVERLAP } else { POLL_OVERLAP }
    }
}

/// The database's time stands in every row, and in one more if there is no other.
fn select(backend: DbBackend) -> String {
    let now = if is_postgres(backend) { "now()" } else { "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')" };
    format!(
        "select {now}, page.* from (select 1) as one left join (
            select created_at, id, kind, key, issued_until, expires_at from revocation
            where (created_at, id) > ($1, $2) and expires_at > $3 order by created_at, id limit {PAGE_SIZE}
        ) as page on true order by created_at, id"
    )
}
