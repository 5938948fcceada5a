//! One stream: the body of a response.

use std::{convert::Infallible, sync::Arc};

use actix_web::web::Bytes;
use entity::{
    StoreError, UserId,
    task::{ChangesOutcome, Revision, SyncToken, Tasks},
};
use futures_util::{Stream, stream};
use tokio::sync::broadcast::{self, error::RecvError};

use super::{
    frame::{COMMENT, EncodeChange, Frame, PAGE_LIMIT, UNAUTHORIZED, preamble},
    registry::{Registration, Registry},
    user_streams::{Message, Validity},
};
use crate::telemetry::metrics::EVENT_STREAMS_ENDED;

/// How often in a row a stream may lose messages. It reads what it missed from the table, where each task has its last state
/// only; one that does not keep up with that is ended.
const MAX_LOSSES: u8 = 2;

/// The events of one stream. Dropping it removes it from the hub.
pub(crate) struct EventStream {
    registry: Arc<Registry>,
    user: UserId,
    id: u64,
    validity: Validity,
    messages: broadcast::Receiver<Message>,
    /// Reads what the hub sent before the stream joined.
    tasks: Tasks,
    encode: EncodeChange,
    /// The last revision that the client has.
    position: Revision,
    /// From where the table must be read before messages are received.
    behind: Option<SyncToken>,
    /// How often in a row messages were lost, since the stream was too far behind.
    losses: u8,
    end: &'static str,
}

impl EventStream {
    pub(super) fn new(
        registry: Arc<Registry>,
        user: UserId,
        tasks: Tasks,
        registration: Registration,
        encode: EncodeChange,
    ) -> Self {
        let Registration { id, validity, messages } = registration;
        let (position, behind, losses) = (Revision(0), None, 0);
        Self { registry, user, id, validity, messages, tasks, encode, position, behind, losses, end: "rejected" }
    }

    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Starts after `token`, or if `page` was read since then, after that. Returns the start of the body.
    pub(super) fn start(&mut self, token: SyncToken, page: Option<(Frame, Option<SyncToken>)>) -> Bytes {
        let mut first = preamble(&token).into_bytes();
        let mut behind = None;
        (self.position, self.end) = (token.revision(), "client");
        if let Some((frame, next)) = page {
            first.extend_from_slice(&frame.after(self.position));
            (self.position, behind) = (frame.to, next);
        }
        self.behind = behind.or_else(|| self.join());
        first.into()
    }

    /// Returns the body, which begins with `first`.
    pub(super) fn into_body(self, first: Bytes) -> impl Stream<Item = Result<Bytes, Infallible>> {
        let rest = stream::unfold(self, async |mut events| events.next().await.map(|bytes| (bytes, events)));
        futures_util::StreamExt::map(futures_util::StreamExt::chain(stream::iter([first]), rest), Ok)
    }

    /// Joins the user's other streams. Returns from where to read if they have been sent more.
    fn join(&self) -> Option<SyncToken> {
        self.registry.join(&self.user, self.position).then(|| self.tasks.token_after(self.position))
    }

    /// Waits for the next events. `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.end == UNAUTHORIZED_REASON {
                return None;
            }
            if !self.validity.is_valid() {
                self.end = UNAUTHORIZED_REASON;
                return Some(UNAUTHORIZED);
            }
            if let Some(token) = self.behind.take() {
                // boxed: it is rare, and would enlarge every stream
                match Box::pin(self.read(token)).await {
                    Ok(Some(events)) if events.is_empty() => continue,
                    Ok(events) => return events,
                    Err(_) => return self.ends("failed"),
                }
            }
            match self.messages.recv().await {
                Ok(Message::Changes(frame)) if frame.from > self.position => {
                    self.behind = Some(self.tasks.token_after(self.position));
                }
                Ok(Message::Changes(frame)) => {
                    let events = frame.after(self.position);
                    self.position = self.position.max(frame.to);
                    if !events.is_empty() {
                        self.losses = 0;
                        return Some(events);
                    }
                }
                Ok(Message::Comment) => return Some(COMMENT),
                Ok(Message::Check) => {}
                Err(RecvError::Lagged(_)) if self.losses < MAX_LOSSES => {
                    self.losses += 1;
                    self.behind = Some(self.tasks.token_after(self.position));
                }
                Err(RecvError::Lagged(_)) => return self.ends("slow"),
                Err(RecvError::Closed) => return self.ends("closed"),
            }
        }
    }

    /// Reads a page of the table. Returns `None` if the changes can no longer be read.
    async fn read(&mut self, token: SyncToken) -> Result<Option<Bytes>, StoreError> {
        let ChangesOutcome::Page(page) = self.tasks.changes(Some(&token), PAGE_LIMIT).await? else { return Ok(None) };
        let frame = Frame::new(&page, token.revision(), self.encode)?;
        self.position = frame.to;
        self.behind = if page.has_more { Some(page.next) } else { self.join() };
        Ok(Some(frame.after(token.revision())))
    }

    fn ends(&mut self, reason: &'static str) -> Option<Bytes> {
        self.end = reason;
        None
    }
}

const UNAUTHORIZED_REASON: &str = "unauthorized";

impl Drop for EventStream {
    fn drop(&mut self) {
        self.registry.remove(&self.user, self.id);
        EVENT_STREAMS_ENDED.inc([self.end]);
    }
}
