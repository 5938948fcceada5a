//! The task that moves a connection's messages.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio_postgres::{AsyncMessage, Connection, Error, Socket, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

type TlsStream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Moves the messages of a connection, encrypted or not. As a future, it ends when the connection does.
pub(in crate::db) struct PostgresConnection(Connection<Socket, TlsStream>);

impl PostgresConnection {
    pub(super) fn new(connection: Connection<Socket, TlsStream>) -> Self {
        Self(connection)
    }

    /// Moves messages until a notification or a notice arrives; `None` at the end of the connection.
    pub(in crate::db) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<AsyncMessage, Error>>> {
        self.0.poll_message(cx)
    }
}

impl Future for PostgresConnection {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}
