//! Requests with an `Idempotency-Key`: the first is run, and the others get its response.

use std::{fmt, time::Duration};

use actix_web::{
    HttpResponse,
    body::MessageBody,
    http::{
        StatusCode,
        header::{self, ContentType, HeaderName},
    },
};
use chrono::{DateTime, Utc};
use entity::{
    StoreError,
    task::{Claim, IdempotencyKey, StoredResponse, TaskTransaction, Tasks},
};

use crate::http::{
    extract::RequestKey,
    problem::{Kind, Problem},
};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long the responses to requests with an `Idempotency-Key` are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdempotencyTtl(pub(crate) Duration);

impl IdempotencyTtl {
    /// Returns the key of a request for `path`, which is that of the contract.
    pub(super) fn key(self, request: RequestKey, path: &str, now: DateTime<Utc>) -> IdempotencyKey {
        let request_hash = request.request_hash(path);
        IdempotencyKey { key: request.key, request_hash, now, expires_at: now + self.0 }
    }
}

/// Runs `work` in a transaction and stores its response under the key; or returns the response that is stored.
pub(super) async fn run_idempotent(
    tasks: &Tasks,
    key: &IdempotencyKey,
    work: impl AsyncFnOnce(&TaskTransaction<'_>) -> Result<Result<HttpResponse, Problem>, StoreError>,
) -> Result<HttpResponse, Problem> {
    let run = async |transaction: &TaskTransaction<'_>| {
        Ok(match transaction.claim(key).await? {
            Claim::New => match work(transaction).await?.and_then(to_stored) {
                Ok(stored) => {
                    transaction.store_response(key, &stored).await?;
                    to_response(stored, false)
                }
                Err(problem) => Err(problem),
            },
            Claim::Completed(stored) => to_response(stored, true),
            Claim::Reused => Err(Problem::new(Kind::IdempotencyKeyReused)),
            Claim::InProgress => Err(Problem::new(Kind::RequestInProgress)),
        })
    };
    tasks.transaction(run).await?
}

fn to_stored(response: HttpResponse) -> Result<StoredResponse, Problem> {
    let text = |name: HeaderName| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let (status, etag, location) = (response.status().as_u16(), text(header::ETAG), text(header::LOCATION));
    let body = response.into_body().try_into_bytes().map_err(|_stream| internal("a body that is a stream"))?;
    Ok(StoredResponse { status, etag, location, body: String::from_utf8(body.into()).map_err(internal)? })
}

fn to_response(stored: StoredResponse, is_replayed: bool) -> Result<HttpResponse, Problem> {
    let StoredResponse { status, etag, location, body } = stored;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).map_err(internal)?);
    for (name, value) in [(header::ETAG, etag), (header::LOCATION, location)] {
        if let Some(value) = value {
            response.insert_header((name, value));
        }
    }
    if is_replayed {
        response.insert_header((REPLAYED, "true"));
    }
    Ok(response.content_type(ContentType::json()).body(body))
}

fn internal(cause: impl fmt::Display) -> Problem {
    Problem::new(Kind::Internal).with_cause(cause)
}
