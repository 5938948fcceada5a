//! Being told of revocations by PostgreSQL, on a connection of its own. What it misses the feed finds by asking.

use std::{future::pending, time::Duration};

use sea_orm::{
    DbErr,
    sqlx::{self, postgres::PgListener},
};
use tokio::{runtime::Handle, time::Instant};

use super::{Revocation, row::Stored};
use crate::{Db, db::is_postgres};

const CHANNEL: &str = "taskbridge_revocation";

/// After how long a connection that failed is tried again, the first time and at last.
const SOON: Duration = Duration::from_millis(500);
const LATE: Duration = Duration::from_mins(1);

/// A connection that listens, or the intention to make one.
pub(super) struct Listener {
    connection: Option<Connection>,
    again: Instant,
    pause: Duration,
}

impl Listener {
    pub(super) fn new() -> Self {
        Self { connection: None, again: Instant::now(), pause: SOON }
    }

    pub(super) fn listens(&self) -> bool {
        self.connection.is_some()
    }

    /// Listens, if it does not yet and is not to wait before it tries again.
    pub(super) async fn attend(&mut self, db: &Db) {
        if self.listens() || !is_postgres(db.backend()) || Instant::now() < self.again {
            return;
        }
        let listener = async { listen(db).await.map_err(|error| DbErr::Custom(error.to_string())) };
        if let Ok(listener) = db.within(listener).await {
            self.connection = Some(Connection { listener: Some(listener), runtime: Handle::current() });
            self.pause = SOON;
        } else {
            self.again = Instant::now() + self.pause;
            self.pause = LATE.min(self.pause * 2);
        }
    }

    /// What it is told next, for as long as it takes; none if the connection was lost, or told what is not understood.
    pub(super) async fn hears(&mut self) -> Option<Revocation> {
        let Some(listener) = self.connection.as_mut().and_then(|connection| connection.listener.as_mut()) else {
            return pending().await;
        };
        if let Ok(Some(told)) = listener.try_recv().await {
            return serde_json::from_str::<Stored>(told.payload()).ok()?.into_revocation();
        }
        self.connection = None;
        self.again = Instant::now() + SOON;
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
