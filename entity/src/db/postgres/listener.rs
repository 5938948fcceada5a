//! Notifications (`LISTEN`), on a connection of their own.

use std::{future::poll_fn, pin::pin, time::Duration};

use futures_util::future::select;
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_postgres::{AsyncMessage, Client, Notification as Message};
use tokio_util::task::AbortOnDropHandle;

use super::{
    error::StatementError,
    options::{PostgresConnection, PostgresOptions},
};
use crate::db::error::StoreError;

/// The number of notifications that may wait. The server keeps what exceeds it.
const QUEUE_SIZE: usize = 1_000;

/// How often a connection is tested. A silent one receives nothing and is not closed either.
const TEST_INTERVAL: Duration = Duration::from_secs(2);

const TEST_TIMEOUT: Duration = Duration::from_secs(1);

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
    notifications: mpsc::Receiver<Notification>,
    _driver: AbortOnDropHandle<()>,
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
}

async fn listen(options: &PostgresOptions, channels: &[&str]) -> Result<Listener, StoreError> {
    let (client, connection) = options.connect().await?;
    let (sender, notifications) = mpsc::channel(QUEUE_SIZE);
    let forwarding = AbortOnDropHandle::new(tokio::spawn(forward(connection, sender)));
    let statements: Vec<_> = channels.iter().map(|channel| format!("LISTEN {channel}")).collect();
    client.batch_execute(&statements.join("; ")).await.map_err(StoreError::from)?;
    let driver = tokio::spawn(async move { drop(select(forwarding, pin!(wait_for_silence(&client))).await) });
    Ok(Listener { notifications, _driver: AbortOnDropHandle::new(driver) })
}

/// Forwards notifications until the connection is lost.
async fn forward(mut connection: PostgresConnection, notifications: mpsc::Sender<Notification>) {
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notification(notification) = message
            && notifications.send(Notification(notification)).await.is_err()
        {
            return;
        }
    }
}

/// Waits until the server no longer answers.
async fn wait_for_silence(client: &Client) {
    loop {
        sleep(TEST_INTERVAL).await;
        if !matches!(timeout(TEST_TIMEOUT, client.check_connection()).await, Ok(Ok(()))) {
            return;
        }
    }
}
