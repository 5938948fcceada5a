//! Notifications (`LISTEN`).

use sea_orm::sqlx::{self, postgres::PgListener};
use tokio::runtime::Handle;

use super::{error::StoreError, executor::Executor, pool::Db};

/// A connection that listens on a channel.
///
/// [`PgListener`] sends `UNLISTEN` from a task when it is dropped and needs a runtime for it, even while that shuts down.
pub(crate) struct Listener {
    listener: Option<PgListener>,
    runtime: Handle,
}

impl Listener {
    /// Listens on `channel` on a connection of its own. Returns `None` if the database cannot notify (SQLite).
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; other variants as it answers.
    pub(crate) async fn connect(db: &Db, channel: &str) -> Result<Option<Self>, StoreError> {
        if !db.dialect().is_postgres() {
            return Ok(None);
        }
        let listener = db.with_timeout(async { Ok(listen(db, channel).await?) }).await?;
        Ok(Some(Self { listener: Some(listener), runtime: Handle::current() }))
    }

    /// Waits for the next notification and returns its payload; `None` if the connection was lost.
    pub(crate) async fn recv(&mut self) -> Option<String> {
        let notification = self.listener.as_mut()?.try_recv().await.ok()??;
        Some(notification.payload().to_owned())
    }
}

async fn listen(db: &Db, channel: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(db.connection.get_postgres_connection_pool()).await?;
    // a lost connection is to be reported at once, not repaired silently
    listener.eager_reconnect(false);
    listener.listen(channel).await?;
    Ok(listener)
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _runtime = self.runtime.enter();
        drop(self.listener.take());
    }
}
