//! A TCP connection that is closed if its client neither reads nor lets the service respond.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::{rt::net::TcpStream, web::Bytes};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::pipelining::next_read_length;
use crate::http::connection::EndsWithClient;

/// Most bytes that are read before the requests among them are handled.
const MAX_READ: usize = 4 * 1024;

/// Bytes that a client must read in a second, averaged over the send timeout.
const MIN_BYTES_PER_SECOND: u32 = 512;

/// How long a connection may wait for its client.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionLimits {
    /// The longest time in which the client reads nothing.
    pub(super) send_timeout: Duration,
    /// The longest time in which nothing is sent: from the end of a response, or the start of the connection, to the next
    /// response.
    pub(super) idle_timeout: Duration,
}

/// A connection with limits. While the client does not read, no further requests are read; requests that are received together are
/// handed over one by one.
pub(super) struct LimitedStream {
    stream: TcpStream,
    limits: ConnectionLimits,
    /// When data was last sent.
    last_sent: Instant,
    /// Until when the client must read. `None` if no data waits to be sent.
    send_deadline: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    /// Whether more can be read at once, so that others get their turn before the next read.
    yields: bool,
    /// Received, and not handed over yet.
    pipelined: Bytes,
    /// Whether a read was refused because data waits to be sent.
    read_refused: bool,
    ends_with_client: EndsWithClient,
}

impl LimitedStream {
    pub(super) fn new(stream: TcpStream, limits: ConnectionLimits) -> Self {
        let now = Instant::now();
        let timer = Box::pin(sleep_until(now + limits.idle_timeout));
        Self {
            stream,
            limits,
            last_sent: now,
            send_deadline: None,
            timer,
            yields: false,
            pipelined: Bytes::new(),
            read_refused: false,
            ends_with_client: EndsWithClient::default(),
        }
    }

    /// Returns what requests of this connection may set.
    pub(super) fn ends_with_client(&self) -> EndsWithClient {
        self.ends_with_client.clone()
    }

    /// Returns an error once `deadline` has passed, and wakes the task by then. The timer may be set to an earlier time, which
    /// saves setting it at each request.
    fn check(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            if Instant::now() >= deadline {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            self.timer.as_mut().reset(deadline);
        }
        Poll::Pending
    }

    /// Hands over the next of the requests that were received together.
    fn take_pipelined(&mut self, buffer: &mut ReadBuf<'_>) {
        let length = next_read_length(&self.pipelined).min(buffer.remaining());
        buffer.put_slice(&self.pipelined.split_to(length));
        self.yields = true;
    }

    /// Keeps the pipelined requests of `received` for later; returns how much to hand over now.
    fn keep_pipelined(&mut self, received: &[u8]) -> usize {
        let (now, later) = received.split_at(next_read_length(received));
        if !later.is_empty() {
            self.pipelined = Bytes::copy_from_slice(later);
            self.yields = true;
        }
        now.len()
    }

    fn sent(&mut self, bytes: usize) {
        self.last_sent = Instant::now();
        if let Some(deadline) = self.send_deadline {
            let earned = Duration::from_secs(1) * u32::try_from(bytes).unwrap_or(u32::MAX) / MIN_BYTES_PER_SECOND;
            self.send_deadline = Some((deadline + earned).min(self.last_sent + self.limits.send_timeout));
        }
    }
}

impl AsyncRead for LimitedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.send_deadline.is_some() {
            this.read_refused = true;
            return Poll::Pending;
        }
        if std::mem::take(&mut this.yields) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if !this.pipelined.is_empty() {
            this.take_pipelined(buffer);
            return Poll::Ready(Ok(()));
        }
        let length = buffer.remaining().min(MAX_READ);
        let mut limited = ReadBuf::new(buffer.initialize_unfilled_to(length));
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(cx, &mut limited) {
            let read = limited.filled().len();
            this.yields = read == length;
            let now = this.keep_pipelined(limited.filled());
            buffer.advance(now);
            if read == 0 && this.ends_with_client.is_set() {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
            return Poll::Ready(result);
        }
        let deadline = this.last_sent + this.limits.idle_timeout;
        this.check(deadline, cx).map(Err)
    }
}

impl AsyncWrite for LimitedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_write(cx, data) {
            this.sent(*result.as_ref().unwrap_or(&0));
            return Poll::Ready(result);
        }
        let deadline = *this.send_deadline.get_or_insert_with(|| Instant::now() + this.limits.send_timeout);
        this.check(deadline, cx).map(Err)
    }

    /// Is called once all data has been written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.send_deadline = None;
        if std::mem::take(&mut self.read_refused) {
            cx.waker().wake_by_ref();
        }
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    const LIMITS: ConnectionLimits =
        ConnectionLimits { send_timeout: Duration::from_millis(300), idle_timeout: Duration::from_millis(300) };

    /// More than the buffers of both sockets.
    const MORE_THAN_BUFFERS: usize = 64 * 1024 * 1024;

    async fn connect() -> (LimitedStream, TcpStream) {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        (LimitedStream::new(stream, LIMITS), client)
    }

    #[actix_web::test]
    async fn a_client_that_reads_nothing_is_disconnected() {
        let (mut stream, _client) = connect().await;
        let error = stream.write_all(&vec![7; MORE_THAN_BUFFERS]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[actix_web::test]
    async fn requests_that_are_received_together_are_handed_over_one_by_one() {
        let (mut stream, mut client) = connect().await;
        let request = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(200));
        client.write_all(format!("{request}{request}GET /").as_bytes()).await.unwrap();
        let mut part = [0; 1_000];
        for expected in [request.clone(), format!("{request}GET /")] {
            let length = stream.read(&mut part).await.unwrap();
            assert_eq!(str::from_utf8(&part[..length]).unwrap(), expected);
        }
    }

    #[actix_web::test]
    async fn a_client_that_sends_nothing_is_disconnected() {
        let (mut stream, _client) = connect().await;
        let error = stream.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[actix_web::test]
    async fn the_idle_time_starts_again_when_something_is_sent() {
        let (mut stream, _client) = connect().await;
        let earlier = stream.last_sent;
        stream.write_all(b"response").await.unwrap();
        assert!(stream.last_sent > earlier);
        let started = stream.last_sent;
        assert_eq!(stream.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(started.elapsed() >= LIMITS.idle_timeout);
    }
}
