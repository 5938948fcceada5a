//! The access log: one log line a request, without token, query or body.

use std::{borrow::Cow, time::Instant};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use log::{Level, log_enabled};

use super::subject::subject;
use crate::{
    http::{problem::Problem, request_id::RequestId},
    telemetry::{ACCESS_LOG, SubjectFingerprint},
};

/// What precedes a token in a path.
const TOKEN_PREFIX: &str = "/reset-password/";

/// Assigns the request id and logs the request once it has a response.
pub(crate) async fn access_log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = RequestId::from_headers(request.headers());
    request.extensions_mut().insert(id.clone());
    if !log_enabled!(target: ACCESS_LOG, Level::Info) {
        return next.call(request).await;
    }
    let started = Instant::now();
    let request_line = format!("{} {}", request.method(), without_token(request.uri().path()));
    let result = next.call(request).await;
    match &result {
        Ok(response) => {
            let (subject, cause) = (subject(response), response.response().error().and_then(cause));
            log_request(&request_line, started, response.status(), &id, subject.as_ref(), cause.as_deref());
        }
        Err(error) => {
            let status = error.as_response_error().status_code();
            log_request(&request_line, started, status, &id, None, Some(&error.to_string()));
        }
    }
    result
}

/// Omits the token of a path that has one.
fn without_token(path: &str) -> &str {
    path.find(TOKEN_PREFIX).and_then(|start| path.get(..start + TOKEN_PREFIX.len())).unwrap_or(path)
}

/// The cause of a problem, or the message of another error.
fn cause(error: &Error) -> Option<Cow<'_, str>> {
    match error.as_error::<Problem>() {
        Some(problem) => problem.cause().map(Cow::Borrowed),
        None => Some(error.to_string().into()),
    }
}

fn log_request(
    request_line: &str,
    started: Instant,
    status: StatusCode,
    id: &RequestId,
    caller: Option<&SubjectFingerprint>,
    cause: Option<&str>,
) {
    log::log!(
        target: ACCESS_LOG,
        if status.is_server_error() { Level::Error } else { Level::Info },
        status = status.as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        caller = caller.map_or("-", SubjectFingerprint::as_str),
        request = id.as_str(),
        cause = cause.unwrap_or("-");
        "{request_line}"
    );
}
