//! Copying the WAL back into the database, off the writer's path.

use std::time::Duration;

use super::connection::Connection;
use crossbeam_channel::{Receiver, Sender, TrySendError};

/// A checkpoint starts each time the WAL has grown by this many pages.
const PAGES_PER_CHECKPOINT: u32 = 1_000;

/// 64 MB of pages of 4 KB. From here on the WAL is also truncated, for which writers wait.
const MAX_WAL_PAGES: u32 = 16_384;

/// How long a truncation waits for readers; writers wait meanwhile.
const TRUNCATE_TIMEOUT: Duration = Duration::from_millis(200);

/// The writer's end: tells the checkpointing thread how far the WAL has grown.
pub(super) struct CheckpointTrigger {
    sender: Sender<u32>,
    next: u32,
}

impl CheckpointTrigger {
    pub(super) fn new(sender: Sender<u32>) -> Self {
        Self { sender, next: PAGES_PER_CHECKPOINT }
    }

    /// Takes the number of pages in the WAL after a commit.
    pub(super) fn committed(&mut self, pages: u32) {
        if pages + PAGES_PER_CHECKPOINT < self.next {
            self.next = PAGES_PER_CHECKPOINT;
        }
        if pages < self.next {
            return;
        }
        if !matches!(self.sender.try_send(pages), Err(TrySendError::Full(_))) {
            self.next = pages + PAGES_PER_CHECKPOINT;
        }
    }
}

/// Checkpoints on demand until the writer is gone.
pub(super) fn run(connection: &Connection, sizes: &Receiver<u32>) {
    if let Err(error) = connection.inner.busy_timeout(TRUNCATE_TIMEOUT) {
        log::warn!("checkpoint: {error}");
    }
    for pages in sizes {
        let passive = checkpoint(connection, "pragma wal_checkpoint(passive)");
        let result = if passive.is_ok() && pages >= MAX_WAL_PAGES {
            checkpoint(connection, "pragma wal_checkpoint(truncate)")
        } else {
            passive
        };
        if let Err(error) = result {
            log::debug!("checkpoint of the SQLite WAL failed, a later one repeats it: {error}");
        }
    }
}

fn checkpoint(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    connection.inner.query_row(sql, [], |_row| Ok(()))
}
