//! Middleware, each in a file of its own.

mod accept;
mod access_log;
mod catch_panic;
mod close_connections;
mod error_response;
mod head_as_get;

pub(crate) use self::{
    accept::accepts_json, access_log::access_log, catch_panic::catch_panic, close_connections::close_connections,
    error_response::error_response, head_as_get::head_as_get,
};
