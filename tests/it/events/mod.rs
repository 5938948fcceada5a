//! `/api/tasks/events`: the stream of a user's changes.

mod limits;
mod live;
mod resume;
mod subscribers;
mod tokens;
