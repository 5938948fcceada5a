//! A TCP connection to the service for requests that a client library would not send.

use std::{io, time::Duration};

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{ApiResponse, TestApp};

/// Longer than any timeout of the service.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(20);

/// One connection to the service.
pub(crate) struct RawConnection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl RawConnection {
    pub(crate) async fn connect(app: &TestApp) -> Self {
        Self { stream: TcpStream::connect(app.address()).await.expect("a connection"), received: Vec::new() }
    }

    /// Sends bytes unchanged. If the service has closed the connection, its last response says why.
    pub(crate) async fn sends(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        timeout(RESPONSE_TIMEOUT, self.stream.write_all(bytes.as_ref()))
            .await
            .expect("a service that reads or closes the connection")
    }

    /// Sends bytes and reads the next response.
    pub(crate) async fn exchanges(&mut self, bytes: impl AsRef<[u8]>) -> ApiResponse {
        self.sends(bytes).await.ok();
        self.receives().await
    }

    /// Reads the next response.
    pub(crate) async fn receives(&mut self) -> ApiResponse {
        self.next(true).await.expect("a response before the connection is closed")
    }

    /// Reads the next response, to a HEAD request: it has a `Content-Length` and no body.
    pub(crate) async fn receives_head_response(&mut self) -> ApiResponse {
        self.next(false).await.expect("a response before the connection is closed")
    }

    /// Asserts that the service closes the connection and sends nothing more.
    pub(crate) async fn expect_closed(mut self) {
        while self.reads_more().await {}
        assert!(self.received.is_empty(), "received more: {}", String::from_utf8_lossy(&self.received));
    }

    /// Reads until the service closes the connection; returns the number of bytes.
    pub(crate) async fn receives_until_closed(mut self) -> usize {
        while self.reads_more().await {}
        self.received.len()
    }

    async fn next(&mut self, with_body: bool) -> Option<ApiResponse> {
        let end = loop {
            match self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end,
                None if self.reads_more().await => {}
                None => return None,
            }
        };
        let (status, headers) = head(&String::from_utf8_lossy(&self.received[..end]));
        self.received.drain(..end + 4);
        let length = headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap());
        let length = if with_body { length } else { 0 };
        while self.received.len() < length {
            assert!(self.reads_more().await, "half a response");
        }
        let text = String::from_utf8(self.received.drain(..length).collect()).expect("a body in UTF-8");
        Some(ApiResponse { status, headers, text })
    }

    async fn reads_more(&mut self) -> bool {
        match timeout(RESPONSE_TIMEOUT, self.stream.read_buf(&mut self.received)).await.expect("a response, or an end")
        {
            Ok(count) => count > 0,
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error}");
                false
            }
        }
    }
}

fn head(text: &str) -> (StatusCode, HeaderMap) {
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
    let field = |line: &str| {
        let (name, value) = line.split_once(": ").expect("a field");
        (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
    };
    (status.parse().expect("a status"), lines.map(field).collect())
}
