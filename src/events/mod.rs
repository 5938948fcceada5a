//! Event streams: every change of a user's tasks, sent to all streams of the user as it happens (WHATWG HTML §9.2).
//!
//! The hub reads the changes of a user once for all of the user's streams. It learns that there are some from hints: after each
//! write of this process, from notifications of other processes, and from a poll of the counters of all connected users, which alone
//! is enough. A stream that is behind reads from the table until it has what the hub has sent.

mod delivery;
mod event_stream;
mod frame;
mod hint_changes;
mod hub;
mod notifications;
mod open_error;
mod polling;
mod registry;
mod user_streams;

pub(crate) use self::{
    hint_changes::hint_changes,
    hub::{EventHub, EventHubSettings},
    open_error::{MUST_BE_TOKEN, invalid_token},
};
