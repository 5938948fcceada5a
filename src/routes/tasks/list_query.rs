//! The query of a list: read parameter by parameter, so that each that is wrong can be named.

use std::{
    borrow::Cow,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use entity::task::{self, Filter, Sort, SortKey};
use percent_encoding::percent_decode_str;
use utoipa::{
    IntoParams,
    openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, Type},
};

use super::{
    response::Priority,
    validation::{parse_timestamp, tag_schema},
};
use crate::http::problem::{InvalidField, Kind, Problem};

/// What a list may be asked for, as the contract describes it; [`ListParams`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described, never built")]
pub(crate) struct ListQuery {
    /// How many tasks at most.
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    limit: Option<u8>,
    /// Where the last page ended: its `next_cursor`. Sort and filter must be those of that page.
    cursor: Option<String>,
    /// Only tasks that are done, or that are not.
    completed: Option<bool>,
    /// Only tasks of this priority.
    #[param(inline)]
    priority: Option<Priority>,
    #[param(style = Form, explode, schema_with = tags_schema)]
    tag: Option<Vec<String>>,
    /// Only tasks that are due before this instant (RFC 3339; a `+` is sent as `%2B`).
    due_before: Option<DateTime<Utc>>,
    /// Only tasks that are due after this instant (RFC 3339; a `+` is sent as `%2B`).
    due_after: Option<DateTime<Utc>>,
    /// Only tasks with each of these words in title or description, in any case.
    #[param(max_length = 200, pattern = r"^[^\u0000]*$")]
    q: Option<String>,
    #[param(schema_with = sort_schema)]
    sort: Option<String>,
}

/// The query of a list, read.
pub(crate) struct ListParams(pub(super) task::ListQuery);

impl FromRequest for ListParams {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

const DEFAULT_LIMIT: u8 = 20;
const NEWEST_FIRST: Sort = Sort { key: SortKey::CreatedAt, descending: true };

const SORTS: [(&str, SortKey); 5] = [
    ("created_at", SortKey::CreatedAt),
    ("updated_at", SortKey::UpdatedAt),
    ("due_at", SortKey::DueAt),
    ("priority", SortKey::Priority),
    ("title", SortKey::Title),
];

const PRIORITIES: [(&str, Priority); 4] =
    [("none", Priority::None), ("low", Priority::Low), ("medium", Priority::Medium), ("high", Priority::High)];

/// After so many the rest is not read: nobody writes such a query, and no answer shall be longer than its question.
const MAX_REPORTED_ERRORS: usize = 20;

type Told = Cow<'static, str>;

fn read(query: &str) -> Result<task::ListQuery, Problem> {
    let mut listing =
        task::ListQuery { filter: Filter::default(), sort: NEWEST_FIRST, after: None, limit: DEFAULT_LIMIT };
    let (mut seen, mut errors) = (Vec::new(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        let taken = if name != "tag" && seen.contains(&name) {
            Err("may be given only once".into())
        } else {
            take(&mut listing, &name, &value)
        };
        if let Err(detail) = taken {
            errors.push(InvalidField::new(format!("/{}", name.chars().take(64).collect::<String>()), detail));
        }
        if errors.len() == MAX_REPORTED_ERRORS {
            break;
        }
        seen.push(name);
    }
    if errors.is_empty() { Ok(listing) } else { Err(Problem::invalid(errors)) }
}

fn take(listing: &mut task::ListQuery, name: &str, value: &str) -> Result<(), Told> {
    let filter = &mut listing.filter;
    match name {
        "limit" => listing.limit = limit(value)?,
        "cursor" => listing.after = Some(or(value.parse().ok(), "must be the next_cursor of a page")?),
        "sort" => listing.sort = sort(value)?,
        "completed" => filter.completed = Some(or(value.parse().ok(), "must be true or false")?),
        "priority" => filter.priority = Some(named(&PRIORITIES, value)?.into()),
        "tag" => filter.tags.push(tag(value, filter.tags.len())?),
        "due_before" => filter.due_before = Some(date(value)?),
        "due_after" => filter.due_after = Some(date(value)?),
        "q" => filter.words = words(value)?,
        _ => return Err("is not a known parameter".into()),
    }
    Ok(())
}

/// Percent-decoded, in UTF-8 (RFC 3986 §2.1), with `+` for a blank as forms write it.
#[expect(clippy::map_err_ignore, reason = "where exactly it is not UTF-8 helps nobody")]
fn decoded(text: &str) -> Result<String, Problem> {
    let blanks = text.replace('+', " ");
    let decoded = percent_decode_str(&blanks).decode_utf8();
    let decoded = decoded.map_err(|_| Problem::new(Kind::Malformed).with_detail("The query is not UTF-8."))?;
    if decoded.contains('\0') {
        return Err(Problem::new(Kind::Malformed).with_detail("The query holds a NUL character."));
    }
    Ok(decoded.into_owned())
}

fn limit(value: &str) -> Result<u8, Told> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    or(value.parse().ok().filter(|limit| digits && (1..=100).contains(limit)), "must be a whole number from 1 to 100")
}

fn sort(value: &str) -> Result<Sort, Told> {
    let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
    Ok(Sort { key: named(&SORTS, name)?, descending })
}

fn named<T: Copy>(words: &[(&str, T)], value: &str) -> Result<T, Told> {
    let found = words.iter().find(|(name, _)| *name == value).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<_> = words.iter().map(|(name, _)| *name).collect();
        format!("must be one of {}", names.join(", ")).into()
    })
}

fn tag(value: &str, so_far: usize) -> Result<String, Told> {
    let fits = (1..=50).contains(&value.chars().count()) && so_far < 20;
    or(fits.then(|| value.to_owned()), "must have 1 to 50 characters, and stand 20 times at most")
}

fn date(value: &str) -> Result<DateTime<Utc>, Told> {
    or(parse_timestamp(value), "must be a date and time as in RFC 3339; a + is sent as %2B")
}

fn words(value: &str) -> Result<Vec<String>, Told> {
    let fits = value.chars().count() <= 200;
    or(fits.then(|| value.split_whitespace().map(str::to_owned).collect()), "must have at most 200 characters")
}

fn or<T>(value: Option<T>, otherwise: &'static str) -> Result<T, Told> {
    value.ok_or(Cow::Borrowed(otherwise))
}

fn tags_schema() -> Array {
    let tags = ArrayBuilder::new().items(tag_schema()).max_items(Some(20));
    tags.description(Some("Only tasks that have this tag; repeatable, and then all of them.")).build()
}

fn sort_schema() -> Object {
    let orders = SORTS.iter().flat_map(|(name, _)| [(*name).to_owned(), format!("-{name}")]);
    let sort = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(orders));
    let sort = sort.default(Some("-created_at".into()));
    sort.description(Some("The order; a `-` in front reverses it. Tasks without a due date come last either way."))
        .build()
}
