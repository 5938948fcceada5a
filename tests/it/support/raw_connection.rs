//! A raw connection, for what a client library would not send.

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

/// Longer than the service waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection to the service.
pub(crate) struct RawConnection {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl RawConnection {
    pub(crate) async fn connect(app: &TestApp) -> Self {
        Self { stream: TcpStream::connect(app.address()).await.expect("a connection"), heard: Vec::new() }
    }

    /// Sends bytes as they stand. Where the service has hung up already, its last response says why.
    pub(crate) async fn sends(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        timeout(PATIENCE, self.stream.write_all(bytes.as_ref())).await.expect("a service that reads or hangs up")
    }

    /// Sends bytes, and waits for the response.
    pub(crate) async fn exchanges(&mut self, bytes: impl AsRef<[u8]>) -> ApiResponse {
        self.sends(bytes).await.ok();
        self.receives().await
    }

    /// The next response.
    pub(crate) async fn receives(&mut self) -> ApiResponse {
        self.next(true).await.expect("a response before the connection is closed")
    }

    /// The next response, to HEAD: its length is that of a body that is not sent.
    pub(crate) async fn receives_head_response(&mut self) -> ApiResponse {
        self.next(false).await.expect("a response before the connection is closed")
    }

    /// The service closes the connection, and says nothing more.
    pub(crate) async fn is_closed(mut self) {
        while self.reads_more().await {}
        assert!(self.heard.is_empty(), "more was said: {}", String::from_utf8_lossy(&self.heard));
    }

    async fn next(&mut self, with_body: bool) -> Option<ApiResponse> {
        let end = loop {
            match self.heard.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end,
                None if self.reads_more().await => {}
                None => return None,
            }
        };
        let (status, headers) = head(&String::from_utf8_lossy(&self.heard[..end]));
        self.heard.drain(..end + 4);
        let length = headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap());
        let length = if with_body { length } else { 0 };
        while self.heard.len() < length {
            assert!(self.reads_more().await, "half a response");
        }
        let text = String::from_utf8(self.heard.drain(..length).collect()).expect("a body in UTF-8");
        Some(ApiResponse { status, headers, text })
    }

    async fn reads_more(&mut self) -> bool {
        match timeout(PATIENCE, self.stream.read_buf(&mut self.heard)).await.expect("a response, or an end") {
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
