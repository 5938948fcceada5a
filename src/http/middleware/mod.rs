//! Middleware: one file each.

mod access_log;
mod catch_panic;
mod check_accept;
mod close_connections;
mod error_response;
mod head_as_get;
mod hold_body;
mod limit_concurrency;
mod logged_path;
mod measure_requests;
mod subject;
mod trace_request;

pub(crate) use self::{
    access_log::access_log, catch_panic::catch_panic, check_accept::check_accept, close_connections::close_connections,
    error_response::error_response, head_as_get::head_as_get, hold_body::hold_body,
    limit_concurrency::limit_concurrency, measure_requests::measure_requests, trace_request::trace_request,
};
