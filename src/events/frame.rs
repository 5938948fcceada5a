//! The text of events, made once for all streams of a user.

use actix_web::web::Bytes;
use entity::{
    StoreError,
    task::{Change, ChangePage, PageLimit, Revision, SyncToken},
};

/// Returns a change as JSON, in one line.
pub(crate) type EncodeChange = fn(Change<'_>) -> Result<String, serde_json::Error>;

/// The changes that are read and sent at once. Their size counts for each user whose streams are behind.
pub(super) const PAGE_LIMIT: PageLimit = PageLimit { changes: 50, text_bytes: 64 * 1024 };

/// A comment, which keeps the connection open.
pub(super) const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// The last event of a stream whose token is no longer valid.
pub(super) const UNAUTHORIZED: Bytes = Bytes::from_static(b"event: unauthorized\ndata: {}\n\n");

/// How long a client waits until it connects again, in milliseconds.
const RETRY_MILLIS: u32 = 2_000;

/// The changes of one page as events.
pub(super) struct Frame {
    /// The revision that the page follows.
    pub(super) from: Revision,
    /// The last revision that the page covers.
    pub(super) to: Revision,
    /// The revision of each event and where it begins.
    events: Vec<(Revision, usize)>,
    text: Bytes,
}

impl Frame {
    pub(super) fn new(page: &ChangePage, from: Revision, encode: EncodeChange) -> Result<Self, StoreError> {
        let (mut events, mut text) = (Vec::new(), String::new());
        for change in page.changes()? {
            events.push((change.revision(), text.len()));
            let id = page.token_after(&change);
            let json = encode(change).map_err(|error| StoreError::Unexpected(error.into()))?;
            text.push_str(&["event: changed\nid: ", &id.to_string(), "\ndata: ", &json, "\n\n"].concat());
        }
        Ok(Self { from, to: page.next.revision(), events, text: text.into() })
    }

    /// Returns the events after `revision`.
    pub(super) fn after(&self, revision: Revision) -> Bytes {
        let first = self.events.iter().find(|(event, _)| *event > revision);
        first.map_or_else(Bytes::new, |(_, start)| self.text.slice(start..))
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }
}

/// Returns the start of a stream: how to reconnect, and from where, also if no event follows.
pub(super) fn preamble(token: &SyncToken) -> String {
    format!("retry: {RETRY_MILLIS}\nid: {token}\n\n")
}
