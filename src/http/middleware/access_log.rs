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

use super::{
    logged_path::{bounded, logged_path},
    subject::subject,
};
use crate::{
    http::{problem::Problem, request_id::RequestId},
    telemetry::{ACCESS_LOG, LogDecision, LogLimit, SubjectFingerprint},
};

/// Limits of the lines that clients can cause at will, by status.
static LIMITED_STATUSES: [(StatusCode, LogLimit); 9] = [
    (StatusCode::BAD_REQUEST, LogLimit::new()),
    (StatusCode::UNAUTHORIZED, LogLimit::new()),
    (StatusCode::NOT_FOUND, LogLimit::new()),
    (StatusCode::METHOD_NOT_ALLOWED, LogLimit::new()),
    (StatusCode::PAYLOAD_TOO_LARGE, LogLimit::new()),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, LogLimit::new()),
    (StatusCode::UNPROCESSABLE_ENTITY, LogLimit::new()),
    (StatusCode::TOO_MANY_REQUESTS, LogLimit::new()),
    (StatusCode::SERVICE_UNAVAILABLE, LogLimit::new()),
];

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
    let request_line = format!("{} {}", request.method(), logged_path(request.uri().path()));
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

/// Returns whether to log a request with this status, and logs how many were not.
fn is_logged(status: StatusCode) -> bool {
    let Some((_, limit)) = LIMITED_STATUSES.iter().find(|(limited, _)| *limited == status) else { return true };
    match limit.decide(Instant::now()) {
        LogDecision::Log => true,
        LogDecision::LogAfterSuppressed(requests) => {
            log::warn!(target: ACCESS_LOG, status = status.as_u16(), requests; "requests not logged");
            true
        }
        LogDecision::Suppress => false,
    }
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
    if !is_logged(status) {
        return;
    }
    log::log!(
        target: ACCESS_LOG,
        if status.is_server_error() { Level::Error } else { Level::Info },
        status = status.as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        caller = caller.map_or("-", SubjectFingerprint::as_str),
        request = id.as_str(),
        cause = cause.map_or("-".into(), bounded).as_ref();
        "{request_line}"
    );
}
