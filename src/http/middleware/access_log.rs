//! The outermost middleware: one line a request, with no token, no query and no body in it.

use std::{borrow::Cow, fmt, time::Instant};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use log::{Level, log_enabled};
use sha2::{Digest, Sha256};

use crate::{problem::Problem, request_id::RequestId};

const TARGET: &str = "taskbridge::access";

/// Who called, as the log names them: the beginning of a hash of their id.
#[derive(Debug, Clone)]
pub(crate) struct Caller(String);

impl Caller {
    pub(crate) fn hashed(subject: &str) -> Self {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(subject));
        Self(format!("{:08x}", u32::from_be_bytes([a, b, c, d])))
    }

    /// Whether anybody will read it.
    pub(crate) fn is_logged() -> bool {
        log_enabled!(target: TARGET, Level::Info)
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names each request, and logs it when it is answered.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    if !log_enabled!(target: TARGET, Level::Info) {
        return next.call(request).await;
    }
    let begun = Instant::now();
    let line = format!("{} {}", request.method(), request.uri().path());
    let answer = next.call(request).await;
    match &answer {
        Ok(response) => {
            let extensions = response.request().extensions();
            let cause = response.response().error().and_then(cause);
            let (given, proven) = (response.response().extensions(), extensions.get::<Caller>());
            write(&line, begun, response.status(), &id, proven.or_else(|| given.get()), cause.as_deref());
        }
        Err(error) => {
            let status = error.as_response_error().status_code();
            write(&line, begun, status, &id, None, Some(&error.to_string()));
        }
    }
    answer
}

/// What only the log may know of an error; of the framework's own, what it says.
fn cause(error: &Error) -> Option<Cow<'_, str>> {
    match error.as_error::<Problem>() {
        Some(problem) => problem.cause().map(Cow::Borrowed),
        None => Some(error.to_string().into()),
    }
}

fn write(line: &str, begun: Instant, status: StatusCode, id: &RequestId, caller: Option<&Caller>, cause: Option<&str>) {
    log::log!(
        target: TARGET,
        if status.is_server_error() { Level::Error } else { Level::Info },
        status = status.as_u16(),
        micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        caller = caller.map_or("-", |caller| caller.0.as_str()),
        request = id.as_str(),
        cause = cause.unwrap_or("-");
        "{line}"
    );
}
