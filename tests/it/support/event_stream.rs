//! A client of event streams (WHATWG HTML §9.2).

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::Value;
use tokio::time::timeout;

use super::{ApiClient, ApiResponse, SOON};

/// Longer than any event takes.
const EVENT_TIMEOUT: Duration = Duration::from_secs(10);

/// An open stream.
pub(crate) struct EventStream {
    response: Response,
    received: String,
    /// The id of the last event, or that of the begin of the stream.
    pub(crate) last_id: String,
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

impl ApiClient {
    /// Opens a stream of what changes from now on.
    pub(crate) async fn events(&self) -> EventStream {
        self.events_at("/api/tasks/events").await
    }

    /// Opens a stream of what has changed since a sync token.
    pub(crate) async fn events_since(&self, token: &str) -> EventStream {
        self.events_at(&format!("/api/tasks/events?since={token}")).await
    }

    pub(crate) async fn events_at(&self, path: &str) -> EventStream {
        EventStream::new(self.tries_events(path, None).await.expect("a stream")).await
    }

    /// Opens a stream as a client does that connects again.
    pub(crate) async fn events_after(&self, last_event_id: &str) -> EventStream {
        let response = self.tries_events("/api/tasks/events", Some(last_event_id)).await;
        EventStream::new(response.expect("a stream")).await
    }

    /// Returns the response with a stream, or the error.
    pub(crate) async fn tries_events(&self, path: &str, last_event_id: Option<&str>) -> Result<Response, ApiResponse> {
        let mut request = self.request(Method::GET, path).header("accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = timeout(EVENT_TIMEOUT, request.send()).await.expect("a response in time").expect("a response");
        if response.status() == 200 { Ok(response) } else { Err(ApiResponse::read(response).await) }
    }
}

impl EventStream {
    /// Reads the begin of the stream.
    pub(crate) async fn new(response: Response) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Self { response, received: String::new(), last_id: String::new() };
        let first = stream.next_block().await.expect("the begin of a stream");
        assert_eq!(first, format!("retry: 2000\nid: {}", stream.last_id));
        stream
    }

    /// Waits for the next event; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.next_block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            if let Some(name) = field("event") {
                let data = serde_json::from_str(field("data").expect("data")).expect("data in JSON");
                return Some(Event { name: name.to_owned(), data });
            }
        }
    }

    /// Waits for the next change.
    pub(crate) async fn next_change(&mut self) -> Value {
        let event = self.next().await.expect("a change before the end of the stream");
        assert_eq!(event.name, "changed", "{event:?}");
        event.data
    }

    /// Asserts that nothing more arrives until the stream ends by `unauthorized`, soon.
    pub(crate) async fn ends_as_unauthorized(&mut self) {
        let end = async { (self.next().await, self.next().await) };
        let (event, end) = timeout(SOON, end).await.expect("an end");
        assert_eq!(event.map(|event| event.name).as_deref(), Some("unauthorized"));
        assert_eq!(end, None);
    }

    /// Returns the next block of lines, and keeps its id.
    async fn next_block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.received.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.received = rest;
                if let Some(id) = block.lines().find_map(|line| line.strip_prefix("id: ")) {
                    id.clone_into(&mut self.last_id);
                }
                return Some(block);
            }
            let chunk = timeout(EVENT_TIMEOUT, self.response.chunk()).await.expect("an event in time");
            self.received.push_str(std::str::from_utf8(&chunk.ok().flatten()?).expect("whole characters"));
        }
    }
}
