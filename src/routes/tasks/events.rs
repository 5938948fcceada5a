//! The stream of a user's changes.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CacheControl, CacheDirective, HeaderName, HeaderValue},
    web::Data,
};
use entity::task::{SyncToken, Tasks};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::changes::since;
use crate::{
    auth::{Principal, Scoped, expired_token},
    clock::Clock,
    events::{EventHub, invalid_token},
    http::{
        connection::EndsWithClient,
        extract::ValidQuery,
        problem::{
            Problem,
            responses::{
                Internal, InvalidQuery, NotAcceptable, SyncTokenExpired, TooManyRequests, Unauthorized, Unavailable,
            },
        },
    },
};

const LAST_EVENT_ID: &str = "Last-Event-ID";

/// The query parameters of the events.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsParams {
    /// The `next` of a page of changes, or the `id` of an event: the stream begins with what has changed since. Without it, and
    /// without `Last-Event-ID`, the stream begins with the next change.
    #[serde(default, deserialize_with = "since")]
    #[param(value_type = Option<String>, min_length = 1)]
    since: Option<SyncToken>,
}

/// Streams changes as they happen.
///
/// Server-sent events (WHATWG HTML §9.2): `event: changed`, whose `id` is a sync token and whose `data` is a `TaskChange`. The
/// stream ends with `event: unauthorized` when the token expires or is revoked, and without it when the service shuts down or
/// the client reads too slowly. Connect again with the last `id`, which loses and repeats nothing. A comment is sent every 20
/// seconds.
#[utoipa::path(
    operation_id = "streamTaskEvents", tag = "tasks", security(("bearer" = [])),
    params(
        EventsParams,
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event, in place of `since`.")
    ),
    responses(
        (status = 200, description = "The events, without end.", body = String, content_type = "text/event-stream"),
        Unauthorized, NotAcceptable, SyncTokenExpired, InvalidQuery, TooManyRequests, Internal, Unavailable
    )
)]
#[get("/events")]
pub(crate) async fn events(
    request: HttpRequest,
    Scoped(tasks): Scoped<Tasks>,
    principal: Principal,
    ValidQuery(params): ValidQuery<EventsParams>,
    hub: Data<EventHub>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    if principal.has_expired(clock.now()) {
        return Err(expired_token());
    }
    let (token, parameter) = match last_event_id(&request)? {
        Some(token) => (Some(token), LAST_EVENT_ID),
        None => (params.since, "since"),
    };
    let stream = hub.open(&principal, tasks, token).await.map_err(|error| error.into_problem(parameter))?;
    EndsWithClient::set_for(&request);
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(CacheControl(vec![CacheDirective::NoStore]))
        .insert_header((HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")))
        .streaming(stream))
}

/// Returns the token of a client that connects again. Without an event it sends none, or an empty one.
fn last_event_id(request: &HttpRequest) -> Result<Option<SyncToken>, Problem> {
    let Some(value) = request.headers().get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.parse().ok());
    token.map(Some).ok_or_else(|| invalid_token(LAST_EVENT_ID))
}
