//! Notifications (`LISTEN`), on a connection of their own.

use std::{future::poll_fn, time::Duration};

use tokio::{sync::mpsc, task::AbortHandle, time::timeout};
use tokio_postgres::{AsyncMessage, Client, Notification as Message};

use super::{
    error::StatementError,
    options::{PostgresConnection, PostgresOptions},
};
use crate::db::error::StoreError;

/// The number of notifications that may wait. The server keeps what exceeds it.
const QUEUE_SIZE: usize = 1_000;

/// A notification.
pub(crate) struct Notification(Message);

impl Notification {
    pub(crate) fn channel(&self) -> &str {
        self.0.channel()
    }

    pub(crate) fn payload(&self) -> &str {
        self.0.payload()
    }
}

/// A connection that listens on channels. Dropping it closes the connection.
pub(crate) struct Listener {
    client: Client,
    notifications: mpsc::Receiver<Notification>,
    driver: AbortHandle,
}

impl Listener {
    pub(super) async fn connect(
        options: &PostgresOptions,
        channels: &[&str],
        limit: Duration,
    ) -> Result<Self, StoreError> {
        timeout(limit, listen(options, channels)).await.map_err(|_elapsed| StatementError::TimedOut)?
    }

    /// Waits for the next notification; `None` if the connection is lost.
    pub(crate) async fn recv(&mut self) -> Option<Notification> {
        self.notifications.recv().await
    }

    /// Returns whether the server answers on this connection.
    pub(crate) async fn is_alive(&self, limit: Duration) -> bool {
        matches!(timeout(limit, self.client.check_connection()).await, Ok(Ok(())))
    }
}

async fn listen(options: &PostgresOptions, channels: &[&str]) -> Result<Listener, StoreError> {
    let (client, connection) = options.connect().await?;
    let (sender, notifications) = mpsc::channel(QUEUE_SIZE);
    let driver = tokio::spawn(forward(connection, sender)).abort_handle();
    let listener = Listener { client, notifications, driver };
    let statements: Vec<_> = channels.iter().map(|channel| format!("LISTEN {channel}")).collect();
    listener.client.batch_execute(&statements.join("; ")).await.map_err(StoreError::from)?;
    Ok(listener)
}

async fn forward(mut connection: PostgresConnection, notifications: mpsc::Sender<Notification>) {
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notification(notification) = message
            && notifications.send(Notification(notification)).await.is_err()
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
