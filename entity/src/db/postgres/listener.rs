//! Notifications (`LISTEN`), on a connection of their own.

use std::{future::poll_fn, time::Duration};

use tokio::{sync::mpsc, task::AbortHandle, time::timeout};
use tokio_postgres::{AsyncMessage, Client};

use super::{
    error::StatementError,
    options::{PostgresConnection, PostgresOptions},
};
use crate::db::error::StoreError;

/// The number of notifications that may wait. The server keeps what exceeds it.
const QUEUE_SIZE: usize = 1_000;

/// A connection that listens on a channel. Dropping it closes the connection.
pub(crate) struct Listener {
    client: Client,
    notifications: mpsc::Receiver<String>,
    driver: AbortHandle,
}

impl Listener {
    pub(super) async fn connect(options: &PostgresOptions, channel: &str, limit: Duration) -> Result<Self, StoreError> {
        timeout(limit, listen(options, channel)).await.map_err(|_elapsed| StatementError::TimedOut)?
    }

    /// Waits for the next notification and returns its payload; `None` if the connection is lost.
    pub(crate) async fn recv(&mut self) -> Option<String> {
        self.notifications.recv().await
    }

    /// Returns whether the server answers on this connection.
    pub(crate) async fn is_alive(&self, limit: Duration) -> bool {
        matches!(timeout(limit, self.client.check_connection()).await, Ok(Ok(())))
    }
}

async fn listen(options: &PostgresOptions, channel: &str) -> Result<Listener, StoreError> {
    let (client, connection) = options.connect().await?;
    let (sender, notifications) = mpsc::channel(QUEUE_SIZE);
    let driver = tokio::spawn(forward(connection, sender)).abort_handle();
    let listener = Listener { client, notifications, driver };
    listener.client.batch_execute(&format!("LISTEN {channel}")).await.map_err(StoreError::from)?;
    Ok(listener)
}

async fn forward(mut connection: PostgresConnection, notifications: mpsc::Sender<String>) {
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notification(notification) = message
            && notifications.send(notification.payload().to_owned()).await.is_err()
        {
            return;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
