//! The changes of a user's tasks since a sync token.

use actix_web::{HttpResponse, get};
use entity::task::{ChangesOutcome, PageLimit, SyncToken, Tasks};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;
use validator::Validate;

use super::{
    change_response::ChangePage,
    list_params::{parse_limit, parsed},
};
use crate::{
    auth::Scoped,
    events::{MUST_BE_TOKEN, invalid_token},
    http::{
        extract::ValidQuery,
        problem::{
            Kind, Problem,
            responses::{Internal, InvalidQuery, NotAcceptable, SyncTokenExpired, Unauthorized, Unavailable},
        },
    },
};

const DEFAULT_LIMIT: u16 = 100;

/// A page is not much larger, so that a request costs little memory.
const MAX_TEXT_BYTES: usize = 2 * 1024 * 1024;

/// The query parameters of the changes.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesParams {
    /// The `next` of the previous page, or the `id` of an event. Without it, the changes are everything that exists.
    #[serde(default, deserialize_with = "since")]
    #[param(value_type = Option<String>, min_length = 1)]
    since: Option<SyncToken>,
    /// The maximum number of changes in the page. It has fewer if they are large.
    #[serde(default, deserialize_with = "limit")]
    #[param(minimum = 1, maximum = 1000, default = 100, example = 100)]
    limit: Option<u16>,
}

/// Lists what has changed since a sync token.
///
/// Each item is the last change of a task, in the order of their revisions. A client that applies all pages in order, and then
/// continues with `next`, has exactly the user's tasks that are not deleted, whatever is written meanwhile.
#[utoipa::path(
    operation_id = "listTaskChanges", tag = "tasks", security(("bearer" = [])), params(ChangesParams),
    responses(
        (status = 200, description = "One page of the changes.", body = ChangePage),
        Unauthorized, NotAcceptable, SyncTokenExpired, InvalidQuery, Internal, Unavailable
    )
)]
#[get("/changes")]
pub(crate) async fn changes(
    Scoped(tasks): Scoped<Tasks>,
    ValidQuery(params): ValidQuery<ChangesParams>,
) -> Result<HttpResponse, Problem> {
    let limit = PageLimit { changes: params.limit.unwrap_or(DEFAULT_LIMIT), text_bytes: MAX_TEXT_BYTES };
    match tasks.changes(params.since.as_ref(), limit).await? {
        ChangesOutcome::Page(page) => Ok(HttpResponse::Ok().json(ChangePage::try_from(&page)?)),
        ChangesOutcome::Expired => Err(Problem::new(Kind::SyncTokenExpired)),
        ChangesOutcome::ForeignToken => Err(invalid_token("since")),
    }
}

pub(super) fn since<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SyncToken>, D::Error> {
    parsed(value, |text| text.parse().ok(), MUST_BE_TOKEN)
}

fn limit<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u16>, D::Error> {
    parsed(value, |text| parse_limit(text, 1..=1000), "a whole number from 1 to 1000")
}
