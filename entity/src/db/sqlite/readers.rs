//! The threads that read. In WAL mode they wait for no writer.

use crossbeam_channel::Receiver;
use tokio::sync::oneshot;

use super::{connection::Connection, error::SqliteError, row::Row};

pub(super) struct Read {
    pub(super) statement: sea_orm::Statement,
    pub(super) reply: oneshot::Sender<Result<Vec<Row>, SqliteError>>,
}

/// Serves reads until the last sender is gone. A read whose caller has gone is skipped.
pub(super) fn run(connection: &Connection, queue: &Receiver<Read>) {
    for read in queue {
        if !read.reply.is_closed() {
            drop(read.reply.send(connection.run(&read.statement).map(|read| read.rows)));
        }
    }
}
