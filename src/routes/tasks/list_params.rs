//! The query parameters of the list: read, validated and documented by one struct.

use std::{borrow::Cow, ops::RangeInclusive, str::FromStr};

use chrono::{DateTime, Utc};
use entity::task::{Cursor, Filter, ListQuery, Sort, SortKey};
use serde::{Deserialize, Deserializer, de::Error};
use utoipa::{
    IntoParams,
    openapi::{
        extensions::Extensions,
        schema::{Array, ArrayBuilder, Object, ObjectBuilder, Type},
    },
};
use validator::{Validate, ValidationError};

use super::{
    response::Priority,
    validation::{self, ensure, parse_timestamp, tag_schema},
};

/// The query parameters of the list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// The maximum number of tasks in the page.
    #[serde(default, deserialize_with = "limit")]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    limit: Option<u8>,
    /// The `next_cursor` of the previous page. `sort` and the filters must be the same as for that page.
    #[serde(default, deserialize_with = "cursor")]
    #[param(value_type = Option<String>, min_length = 1)]
    cursor: Option<Cursor>,
    /// Only tasks that are completed (`true`) or open (`false`).
    #[serde(default, deserialize_with = "boolean")]
    completed: Option<bool>,
    /// The tasks in the trash (`true`), in place of those that are not deleted.
    #[serde(default, deserialize_with = "boolean")]
    deleted: Option<bool>,
    /// Only tasks with this priority.
    #[serde(default, deserialize_with = "validation::present_string_enum")]
    priority: Option<Priority>,
    #[serde(default)]
    #[validate(custom(function = "tags"))]
    #[param(value_type = Option<Vec<String>>, style = Form, explode, schema_with = tags_schema)]
    tag: Vec<String>,
    /// Only tasks that are due before this instant (RFC 3339). Encode a `+` as `%2B`.
    #[serde(default, deserialize_with = "timestamp")]
    due_before: Option<DateTime<Utc>>,
    /// Only tasks that are due after this instant (RFC 3339). Encode a `+` as `%2B`.
    #[serde(default, deserialize_with = "timestamp")]
    due_after: Option<DateTime<Utc>>,
    /// Only tasks whose title or description contains each of these words, ignoring case.
    #[validate(custom(function = "words"))]
    #[param(max_length = 200, pattern = r"^[^\u0000]*$")]
    q: Option<String>,
    #[serde(default, deserialize_with = "sort")]
    #[param(value_type = Option<String>, schema_with = sort_schema)]
    sort: Option<Sort>,
}

const DEFAULT_LIMIT: u8 = 20;
const DEFAULT_SORT: Sort = Sort { key: SortKey::CreatedAt, descending: true };

const SORT_KEYS: [(&str, SortKey); 5] = [
    ("created_at", SortKey::CreatedAt),
    ("updated_at", SortKey::UpdatedAt),
    ("due_at", SortKey::DueAt),
    ("priority", SortKey::Priority),
    ("title", SortKey::Title),
];

impl From<ListParams> for ListQuery {
    fn from(params: ListParams) -> Self {
        let ListParams { limit, cursor, completed, deleted, priority, tag, due_before, due_after, q, sort } = params;
        let words = q.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        Self {
            filter: Filter {
                completed,
                priority: priority.map(Into::into),
                tags: tag,
                due_before,
                due_after,
                deleted: deleted.unwrap_or_default(),
                words,
            },
            sort: sort.unwrap_or(DEFAULT_SORT),
            after: cursor,
            limit: limit.unwrap_or(DEFAULT_LIMIT),
        }
    }
}

/// Deserializes a parameter that is present from its text; the error says what it must be.
pub(super) fn parsed<'de, D: Deserializer<'de>, T>(
    value: D,
    parse: impl FnOnce(&str) -> Option<T>,
    expected: &str,
) -> Result<Option<T>, D::Error> {
    let text = Cow::<str>::deserialize(value)?;
    parse(&text).map(Some).ok_or_else(|| D::Error::custom(format_args!("expected {expected}")))
}

fn limit<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u8>, D::Error> {
    parsed(value, |text| parse_limit(text, 1..=100), "a whole number from 1 to 100")
}

/// Parses a number without a sign that lies in `range`.
pub(super) fn parse_limit<N: FromStr + PartialOrd>(text: &str, range: RangeInclusive<N>) -> Option<N> {
    let is_unsigned = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| is_unsigned && range.contains(limit))
}

fn cursor<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Cursor>, D::Error> {
    parsed(value, |text| Cursor::from_str(text).ok(), "the next_cursor of a page")
}

pub(super) fn boolean<'de, D: Deserializer<'de>>(value: D) -> Result<Option<bool>, D::Error> {
    parsed(value, |text| text.parse().ok(), "true or false")
}

fn timestamp<'de, D: Deserializer<'de>>(value: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    parsed(value, parse_timestamp, "a date and time as in RFC 3339; encode a + as %2B")
}

fn sort<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Sort>, D::Error> {
    parsed(value, parse_sort, &format!("one of {}, or one of these with a - in front", sort_keys().join(", ")))
}

fn parse_sort(text: &str) -> Option<Sort> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let (_, key) = SORT_KEYS.iter().find(|(known, _)| *known == name)?;
    Some(Sort { key: *key, descending })
}

fn sort_keys() -> [&'static str; SORT_KEYS.len()] {
    SORT_KEYS.map(|(name, _)| name)
}

fn tags(tags: &[String]) -> Result<(), ValidationError> {
    let is_valid = |tag: &String| (1..=50).contains(&tag.chars().count());
    ensure(tags.len() <= 20 && tags.iter().all(is_valid), "must have 1 to 50 characters, and be given at most 20 times")
}

fn words(text: &str) -> Result<(), ValidationError> {
    ensure(text.chars().count() <= 200, "must have at most 200 characters")
}

fn tags_schema() -> Array {
    let tags = ArrayBuilder::new().items(tag_schema()).max_items(Some(20));
    tags.description(Some("Only tasks that have this tag. Repeat the parameter to require several tags.")).build()
}

fn sort_schema() -> Object {
    let values = sort_keys().into_iter().flat_map(|name| [name.to_owned(), format!("-{name}")]);
    let names = sort_keys().map(str::to_uppercase).into_iter().flat_map(|name| [name.clone(), name + "_DESC"]);
    let names = Extensions::builder().add("x-enum-varnames", names.collect::<Vec<_>>());
    let sort = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values)).extensions(Some(names.build()));
    let text = "The sort order; `-` means descending. Tasks without a due date come last in both directions.";
    sort.default(Some("-created_at".into())).description(Some(text)).build()
}
