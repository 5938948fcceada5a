//! JSON bodies as extractors whose rejections are problem details.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpRequest,
    body::{BodyStream, to_bytes_limited},
    dev::Payload,
    http::header::{self, HeaderMap},
    web,
};
use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, error::Category};
use validator::Validate;

use super::invalid_fields::{deserialization_error, validation_errors};
use crate::http::{
    admission,
    problem::{InvalidField, Kind, Problem},
};

/// The largest body that most operations accept.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024;

/// The time in which a body must be received.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

const NUL_IN_BODY: &str = "The body contains a NUL character.";

/// A JSON body, deserialized and validated.
pub(crate) struct ValidJson<T>(pub(crate) T);

/// A JSON body that may be omitted, deserialized and validated.
pub(crate) struct OptionalJson<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for ValidJson<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = required_body::<MAX_BODY_BYTES>(request, payload);
        async move { parse(&body.await?).map(Self) }.boxed_local()
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for OptionalJson<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        let known = check_content_type(request.headers());
        if let Err(problem) = check_content_length::<MAX_BODY_BYTES>(request.headers()) {
            return async { Err(problem) }.boxed_local();
        }
        async move {
            match read_body::<MAX_BODY_BYTES>(payload).await? {
                body if body.is_empty() => Ok(Self(None)),
                body => known.and_then(|()| parse(&body)).map(|value| Self(Some(value))),
            }
        }
        .boxed_local()
    }
}

/// Reads a body of `application/json`.
///
/// # Errors
///
/// 408, 413 or 415.
pub(super) fn required_body<const MAX_BYTES: usize>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> LocalBoxFuture<'static, Result<web::Bytes, Problem>> {
    let payload = payload.take();
    let is_valid = check_content_type(request.headers());
    let is_valid = is_valid.and_then(|()| check_content_length::<MAX_BYTES>(request.headers()));
    match is_valid {
        Ok(()) => read_body::<MAX_BYTES>(payload).boxed_local(),
        Err(problem) => async { Err(problem) }.boxed_local(),
    }
}

/// Reads a body of `application/json`, which may be omitted.
///
/// # Errors
///
/// 408, 413 or 415; 400 if the body contains a NUL character.
pub(crate) fn json_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> LocalBoxFuture<'static, Result<web::Bytes, Problem>> {
    let payload = payload.take();
    let (known, fits) =
        (check_content_type(request.headers()), check_content_length::<MAX_BODY_BYTES>(request.headers()));
    async move {
        fits?;
        let body = read_body::<MAX_BODY_BYTES>(payload).await?;
        if body.is_empty() {
            return Ok(body);
        }
        known?;
        if contains_nul(&body) {
            return Err(Problem::new(Kind::Malformed).with_detail(NUL_IN_BODY));
        }
        Ok(body)
    }
    .boxed_local()
}

/// Accepts only `application/json` in UTF-8 without a content encoding: HTML forms cannot send it (CSRF), and nothing is
/// decompressed.
fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(header::CONTENT_TYPE);
    let (Some(one), None) = (types.next(), types.next()) else {
        return Err(Problem::new(Kind::UnsupportedMediaType));
    };
    let text = one.to_str().unwrap_or_default();
    let json = text.parse::<mime::Mime>().is_ok_and(|mime| {
        mime.essence_str() == "application/json" && mime.get_param(mime::CHARSET).is_none_or(|set| set == "utf-8")
    });
    let mut encodings = headers.get_all(header::CONTENT_ENCODING);
    let plain = encodings.all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if json && plain { Ok(()) } else { Err(Problem::new(Kind::UnsupportedMediaType)) }
}

fn check_content_length<const MAX_BYTES: usize>(headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MAX_BYTES) { Err(too_large(MAX_BYTES)) } else { Ok(()) }
}

fn too_large(max_bytes: usize) -> Problem {
    Problem::new(Kind::TooLarge).with_detail(format!("The request body is larger than {} KiB.", max_bytes / 1024))
}

#[expect(clippy::map_err_ignore, reason = "the kind says it all: too slow, or too large")]
async fn read_body<const MAX_BYTES: usize>(payload: Payload) -> Result<web::Bytes, Problem> {
    let body = tokio::time::timeout(BODY_TIMEOUT, to_bytes_limited(BodyStream::new(payload), MAX_BYTES));
    let body = admission::wait_outside(body).await?;
    let body = body.map_err(|_| Problem::new(Kind::Timeout))?.map_err(|_| too_large(MAX_BYTES))?;
    body.map_err(|error| Problem::new(Kind::Malformed).with_cause(error))
}

pub(super) fn parse<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T, Problem> {
    if contains_nul(body) {
        return Err(Problem::new(Kind::Malformed).with_detail(NUL_IN_BODY));
    }
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(not_an_object(body));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value: T =
        serde_path_to_error::deserialize(&mut json).map_err(|error| deserialization_problem(body, &error))?;
    json.end().map_err(malformed)?;
    value.validate().map_err(|errors| Problem::invalid(validation_errors(&errors)))?;
    Ok(value)
}

/// Rejects arrays, which a derived struct would accept as its fields in order.
fn not_an_object(body: &[u8]) -> Problem {
    match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) => Problem::invalid(vec![InvalidField::new("", "must be an object")]),
        Err(error) => malformed(error),
    }
}

/// Finds `\u0000`, which PostgreSQL cannot store in text.
fn contains_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

fn malformed(error: serde_json::Error) -> Problem {
    Problem::new(Kind::Malformed).with_detail("The body is not well-formed JSON.").with_cause(error)
}

/// Returns 400 if the body is not JSON to its end, otherwise 422.
fn deserialization_problem(body: &[u8], error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().classify() != Category::Data || serde_json::from_slice::<Value>(body).is_err() {
        return Problem::new(Kind::Malformed).with_detail("The body is not well-formed JSON.").with_cause(error);
    }
    Problem::invalid(vec![deserialization_error(error.path(), &error.inner().to_string())])
}
