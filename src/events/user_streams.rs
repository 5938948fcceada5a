//! The event streams of one user.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, Utc};
use entity::task::{Revision, Tasks, UserHash};
use tokio::sync::broadcast;

use super::frame::Frame;
use crate::auth::{Principal, Revocations};

/// The messages that a stream may be behind, before it is ended as too slow.
const MAX_WAITING: usize = 16;

/// What all streams of a user receive.
#[derive(Clone)]
pub(super) enum Message {
    Changes(Arc<Frame>),
    Comment,
    /// The token of a stream is no longer valid.
    Check,
}

/// Whether the token of a stream is valid.
#[derive(Clone)]
pub(super) struct Validity(Arc<AtomicBool>);

impl Validity {
    pub(super) fn is_valid(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) struct UserStreams {
    pub(super) hash: UserHash,
    /// The user's tasks by a connection of the background tasks.
    pub(super) tasks: Tasks,
    pub(super) streams: Vec<OpenStream>,
    sender: broadcast::Sender<Message>,
    /// The last revision that has been sent. `None` until the first stream has caught up.
    delivered: Option<Revision>,
    reading: Reading,
    /// Whether there was a change before the first stream had caught up.
    has_early_change: bool,
}

pub(super) struct OpenStream {
    pub(super) id: u64,
    principal: Principal,
    /// The revocations that the principal has been checked against.
    checked: Option<u64>,
    validity: Validity,
}

impl OpenStream {
    pub(super) fn new(id: u64, principal: Principal) -> Self {
        Self { id, principal, checked: None, validity: Validity(Arc::new(AtomicBool::new(true))) }
    }

    pub(super) fn validity(&self) -> Validity {
        self.validity.clone()
    }

    /// Returns whether the token is no longer valid. `version` is that of `revocations`.
    fn is_invalid(&mut self, revocations: &Revocations, version: u64, now: DateTime<Utc>) -> bool {
        let is_unchecked = self.checked.replace(version) != Some(version);
        self.principal.has_expired(now) || is_unchecked && revocations.is_revoked(&self.principal)
    }
}

/// What a user's counter says of the streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CounterState {
    Unchanged,
    /// There are changes that have not been sent.
    Advanced,
    /// The database was restored: the counter is less than what had been sent before it was read.
    Regressed,
}

impl CounterState {
    /// Compares a counter with what had been sent before it was read, and with what has been sent since.
    pub(super) fn new(counter: Revision, sent_before: Option<Revision>, sent: Option<Revision>) -> Self {
        if sent_before.is_some_and(|sent| counter < sent) {
            Self::Regressed
        } else if sent.is_some_and(|sent| counter > sent) {
            Self::Advanced
        } else {
            Self::Unchanged
        }
    }
}

/// Whether the changes of the user are being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Idle,
    Queued,
    Running,
    /// A change has happened since the current reading began.
    RunningAndQueued,
}

impl UserStreams {
    pub(super) fn new(tasks: Tasks, hash: UserHash) -> Self {
        let sender = broadcast::Sender::new(MAX_WAITING);
        Self {
            hash,
            tasks,
            streams: Vec::new(),
            sender,
            delivered: None,
            reading: Reading::Idle,
            has_early_change: false,
        }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Message> {
        self.sender.subscribe()
    }

    pub(super) fn send(&self, message: Message) {
        drop(self.sender.send(message));
    }

    pub(super) fn delivered(&self) -> Option<Revision> {
        self.delivered
    }

    /// Records the position of a stream that has read up to `revision`. Returns whether it misses what was sent before.
    pub(super) fn join(&mut self, revision: Revision) -> bool {
        revision < *self.delivered.get_or_insert(revision)
    }

    /// Returns whether there was a change before the first stream had caught up, once.
    pub(super) fn take_early_change(&mut self) -> bool {
        mem::take(&mut self.has_early_change)
    }

    /// Records that there are changes. Returns whether their reading must be queued.
    pub(super) fn mark(&mut self) -> bool {
        if self.delivered.is_none() {
            self.has_early_change = true;
            return false;
        }
        let is_idle = self.reading == Reading::Idle;
        self.reading = match self.reading {
            Reading::Idle | Reading::Queued => Reading::Queued,
            Reading::Running | Reading::RunningAndQueued => Reading::RunningAndQueued,
        };
        is_idle
    }

    /// Begins to read. Returns after which revision, unless no stream has caught up: the streams for which the reading was
    /// queued may have been closed, and others opened.
    pub(super) fn begin(&mut self) -> Option<Revision> {
        let delivered = self.delivered?;
        self.reading = Reading::Running;
        Some(delivered)
    }

    /// Ends the reading. Returns whether another must be queued.
    pub(super) fn end(&mut self) -> bool {
        let is_queued = self.reading == Reading::RunningAndQueued;
        self.reading = if is_queued { Reading::Queued } else { Reading::Idle };
        is_queued
    }

    /// Marks the streams whose token is no longer valid, so that they end. `version` is that of `revocations`.
    pub(super) fn check(&mut self, revocations: &Revocations, version: u64, now: DateTime<Utc>) {
        let mut is_any_invalid = false;
        for stream in &mut self.streams {
            if stream.is_invalid(revocations, version, now) {
                stream.validity.0.store(false, Ordering::Relaxed);
                is_any_invalid = true;
            }
        }
        if is_any_invalid {
            self.send(Message::Check);
        }
    }

    /// Sends changes to all streams, if they follow what has been sent.
    pub(super) fn publish(&mut self, frame: Frame) {
        if self.delivered == Some(frame.from) {
            self.delivered = Some(frame.to);
            self.send(Message::Changes(Arc::new(frame)));
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::{Db, DbSettings, Owner, OwnerScoped, UserId};

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test has no token")]
    async fn streams() -> UserStreams {
        let (db, ann) = (Db::open(&DbSettings::new("sqlite::memory:")).await.unwrap(), UserId::from("ann"));
        UserStreams::new(Tasks::scoped_to(Owner::from_verified(ann.clone()), db), UserHash::new(&ann))
    }

    #[actix_web::test]
    async fn a_read_that_was_queued_for_closed_streams_keeps_no_later_one_away() {
        let mut streams = streams().await;
        assert_eq!(streams.begin(), None);
        streams.join(Revision(1));
        assert!(streams.mark());
    }

    #[test]
    fn a_counter_that_was_read_before_a_change_was_sent_has_not_gone_back() {
        let [five, six] = [5, 6].map(|revision| Some(Revision(revision)));
        assert_eq!(CounterState::new(Revision(5), five, six), CounterState::Unchanged);
        assert_eq!(CounterState::new(Revision(6), five, five), CounterState::Advanced);
        assert_eq!(CounterState::new(Revision(4), five, five), CounterState::Regressed);
        assert_eq!(CounterState::new(Revision(5), None, None), CounterState::Unchanged);
    }
}
