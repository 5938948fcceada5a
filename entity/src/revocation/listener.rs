//! Being told of revocations by PostgreSQL, on a connection of its own. What it misses the feed finds by asking.

use std::{future::pending, time::Duration};

use sea_orm::{
    DbErr,
    sqlx::{self, postgres::PgListener},
};
use tokio::{runtime::Handle, time::Instant};

use super::{Revocation, row::StoredRevocation};
use crate::{Db, db::is_postgres};

const CHANNEL: &str = "taskbridge_revocation";

/// After how long a connection that failed is tried again, the first time and at last.
const MIN_RECONNECT_DELAY: Duration = Duration::from_millis(500);
const MAX_RECONNECT_DELAY: Duration = Duration::from_mins(1);

/// A connection that listens, or the intention to make one.
pub(super) struct Listener {
    connection: Option<Connection>,
    retry_at: Instant,
    retry_delay: Duration,
}

impl Listener {
    pub(super) fn new() -> Self {
        Self { connection: None, retry_at: Instant::now(), retry_delay: MIN_RECONNECT_DELAY }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Listens, if it does not yet and is not to wait before it tries again.
    pub(super) async fn ensure_connected(&mut self, db: &Db) {
        if self.is_connected() || !is_postgres(db.backend()) || Instant::now() < self.retry_at {
            return;
        }
        let listener = async { listen(db).await.map_err(|error| DbErr::Custom(error.to_string())) };
        if let Ok(listener) = db.with_timeout(listener).await {
            self.connection = Some(Connection { listener: Some(listener), runtime: Handle::current() });
            self.retry_delay = MIN_RECONNECT_DELAY;
        } else {
            self.retry_at = Instant::now() + self.retry_delay;
            self.retry_delay = MAX_RECONNECT_DELAY.min(self.retry_delay * 2);
        }
    }

    /// What it is told next, for as long as it takes; none if the connection was lost, or told what is not understood.
    pub(super) async fn recv(&mut self) -> Option<Revocation> {
        let Some(listener) = self.connection.as_mut().and_then(|connection| connection.listener.as_mut()) else {
            return pending().await;
        };
        if let Ok(Some(told)) = listener.try_recv().await {
            return serde_json::from_str::<StoredRevocation>(told.payload()).ok()?.into_revocation();
        }
        self.connection = None;
        self.retry_at = Instant::now() + MIN_RECONNECT_DELAY;
        None
    }
}

async fn listen(db: &Db) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(db.connection().get_postgres_connection_pool()).await?;
    // of a loss it is to tell at once: a new one is made between two rounds
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// A listener says its farewells in a task, for which it needs the runtime, though that may be about to end.
struct Connection {
    listener: Option<PgListener>,
    runtime: Handle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let _runtime = self.runtime.enter();
        drop(self.listener.take());
    }
}
