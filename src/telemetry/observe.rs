//! The outermost middleware: one line a request, with no token, no query and no body in it.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderMap,
    middleware::Next,
};
use log::{Level, log_enabled};
use sha2::{Digest, Sha256};

use crate::{problem::Problem, request_id::X_REQUEST_ID};

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

/// Logs each request when it is answered.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !log_enabled!(target: TARGET, Level::Info) {
        return next.call(request).await;
    }
    let begun = Instant::now();
    let line = format!("{} {}", request.method(), request.uri().path());
    let answer = next.call(request).await;
    match &answer {
        Ok(response) => {
            let caller = response.request().extensions().get::<Caller>().map(|caller| caller.0.clone());
            write(&line, begun, response.response(), caller.as_deref());
        }
        Err(error) => write(&line, begun, &error.error_response(), None),
    }
    answer
}

fn write<B>(line: &str, begun: Instant, response: &HttpResponse<B>, caller: Option<&str>) {
    let problem = response.error().and_then(|error| error.as_error::<Problem>());
    log::log!(
        target: TARGET,
        if response.status().is_server_error() { Level::Error } else { Level::Info },
        status = response.status().as_u16(),
        micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        caller = caller.unwrap_or("-"),
        request = request_id(response.headers()),
        cause = problem.and_then(Problem::cause).unwrap_or("-");
        "{line}"
    );
}

fn request_id(headers: &HeaderMap) -> &str {
    headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or("-")
}
