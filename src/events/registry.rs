//! The users with open streams.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use entity::{
    UserId,
    task::{ChangedUsers, Revision, Tasks, UserHash},
};
use tokio::sync::{broadcast, mpsc};

use super::{
    frame::Frame,
    user_streams::{CounterState, Message, OpenStream, UserStreams, Validity},
};
use crate::{
    auth::{Principal, Revocations},
    telemetry::metrics::EVENT_STREAMS,
};

/// Time between two checks of the tokens.
pub(super) const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// The checks between two comments of a stream: 20 seconds. Each check sends those of a part of the users.
const CHECKS_PER_COMMENT: u64 = 80;

/// Why a stream is not opened.
pub(super) enum RegistrationError {
    TooManyStreams,
    Closed,
}

pub(super) struct Registry {
    users: Mutex<Users>,
    /// Takes users whose changes must be read.
    changed: mpsc::UnboundedSender<UserId>,
    max_streams: usize,
}

#[derive(Default)]
struct Users {
    by_id: HashMap<UserId, UserStreams>,
    is_closed: bool,
    last_stream: u64,
    checks: u64,
}

/// A stream that has been added.
pub(super) struct Registration {
    pub(super) id: u64,
    pub(super) validity: Validity,
    pub(super) messages: broadcast::Receiver<Message>,
}

impl Registry {
    pub(super) fn new(max_streams: usize, changed: mpsc::UnboundedSender<UserId>) -> Self {
        Self { users: Mutex::default(), changed, max_streams }
    }

    /// Adds a stream of a user. `tasks` are read by a connection of the background tasks.
    pub(super) fn add(
        &self,
        principal: &Principal,
        tasks: impl FnOnce() -> Tasks,
    ) -> Result<Registration, RegistrationError> {
        let mut users = self.lock();
        if users.is_closed {
            return Err(RegistrationError::Closed);
        }
        users.last_stream += 1;
        let id = users.last_stream;
        let user = principal.user_id();
        let entry = users.by_id.entry(user.clone());
        let streams = entry.or_insert_with(|| UserStreams::new(tasks(), UserHash::new(user)));
        if streams.streams.len() >= self.max_streams {
            return Err(RegistrationError::TooManyStreams);
        }
        let stream = OpenStream::new(id, principal.clone());
        let validity = stream.validity();
        streams.streams.push(stream);
        EVENT_STREAMS.inc();
        Ok(Registration { id, validity, messages: streams.subscribe() })
    }

    /// Removes a stream. Has no effect if it was removed before.
    pub(super) fn remove(&self, user: &UserId, id: u64) {
        let mut users = self.lock();
        let Some(streams) = users.by_id.get_mut(user) else { return };
        if let Some(index) = streams.streams.iter().position(|stream| stream.id == id) {
            streams.streams.swap_remove(index);
            EVENT_STREAMS.dec();
        }
        if streams.streams.is_empty() {
            users.by_id.remove(user);
        }
    }

    /// Ends the streams of a user, who starts again from the table.
    pub(super) fn remove_user(&self, user: &UserId) {
        if let Some(streams) = self.lock().by_id.remove(user) {
            EVENT_STREAMS.dec_by(count(&streams));
        }
    }

    /// Ends all streams, and opens none from now on.
    pub(super) fn close(&self) {
        let mut users = self.lock();
        users.is_closed = true;
        EVENT_STREAMS.dec_by(users.by_id.values().map(count).sum());
        users.by_id.clear();
    }

    /// Records the position of a stream that has read up to `revision`. Returns whether it misses what was sent before.
    pub(super) fn join(&self, user: &UserId, revision: Revision) -> bool {
        let mut users = self.lock();
        let Some(streams) = users.by_id.get_mut(user) else { return false };
        let is_behind = streams.join(revision);
        if streams.take_early_change() && streams.mark() {
            self.enqueue(user.clone());
        }
        is_behind
    }

    /// Queues a read of the changes of a user, if a stream is open.
    pub(super) fn mark(&self, user: &UserId) {
        if self.lock().by_id.get_mut(user).is_some_and(UserStreams::mark) {
            self.enqueue(user.clone());
        }
    }

    /// Queues reads of the changes of those who are connected.
    pub(super) fn mark_all(&self, changed: &ChangedUsers) {
        let hashes: Option<HashSet<&UserHash>> = match changed {
            ChangedUsers::Any => None,
            ChangedUsers::Some(hashes) => Some(hashes.iter().collect()),
        };
        for (user, streams) in &mut self.lock().by_id {
            if hashes.as_ref().is_none_or(|hashes| hashes.contains(&streams.hash)) && streams.mark() {
                self.enqueue(user.clone());
            }
        }
    }

    /// Returns the connected users with the last revision that has been sent to each.
    pub(super) fn delivered(&self) -> HashMap<UserId, Option<Revision>> {
        self.lock().by_id.iter().map(|(user, streams)| (user.clone(), streams.delivered())).collect()
    }

    /// Queues a read of the changes of those whose counter has advanced, and ends the streams of those whose counter has gone
    /// back. `sent_before` is what had been sent before the counters were read.
    pub(super) fn compare(&self, counters: &[(UserId, Revision)], sent_before: &HashMap<UserId, Option<Revision>>) {
        for (user, counter) in counters {
            let sent = self.lock().by_id.get(user).and_then(UserStreams::delivered);
            match CounterState::new(*counter, sent_before.get(user).copied().flatten(), sent) {
                CounterState::Advanced => self.mark(user),
                CounterState::Regressed => self.remove_user(user),
                CounterState::Unchanged => {}
            }
        }
    }

    /// Begins to read a user's changes. Returns the tasks and after which revision.
    pub(super) fn begin(&self, user: &UserId) -> Option<(Tasks, Revision)> {
        let mut users = self.lock();
        let streams = users.by_id.get_mut(user)?;
        Some((streams.tasks.clone(), streams.begin()?))
    }

    pub(super) fn publish(&self, user: &UserId, frame: Frame) {
        if let Some(streams) = self.lock().by_id.get_mut(user) {
            streams.publish(frame);
        }
    }

    /// Ends the reading of a user's changes.
    pub(super) fn end(&self, user: &UserId) {
        if self.lock().by_id.get_mut(user).is_some_and(UserStreams::end) {
            self.enqueue(user.clone());
        }
    }

    /// Ends the streams whose token has expired or is revoked, and sends comments to a part of the users.
    pub(super) fn check(&self, revocations: &Revocations, now: DateTime<Utc>) {
        let version = revocations.version();
        let mut users = self.lock();
        users.checks += 1;
        let part = users.checks % CHECKS_PER_COMMENT;
        for streams in users.by_id.values_mut() {
            streams.check(revocations, version, now);
            if streams.hash.part_of(CHECKS_PER_COMMENT) == part {
                streams.send(Message::Comment);
            }
        }
    }

    fn enqueue(&self, user: UserId) {
        drop(self.changed.send(user));
    }

    fn lock(&self) -> MutexGuard<'_, Users> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(streams: &UserStreams) -> i64 {
    i64::try_from(streams.streams.len()).unwrap_or(i64::MAX)
}
