//! Rules for the members of tasks, and their deserialization.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use entity::TaskId;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IntoDeserializer},
};
use utoipa::openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, Type};
use validator::ValidationError;

use crate::http::problem::InvalidField;

/// Parses RFC 3339 with a year of 0 to 9999 in UTC and without a leap second, which databases cannot store.
pub(super) fn parse_timestamp(text: &str) -> Option<DateTime<Utc>> {
    const LEAP_SECOND: u32 = 1_000_000_000;
    // chrono also accepts U+2212 as a minus sign
    let ascii = Some(text).filter(|text| text.is_ascii())?;
    let timestamp = DateTime::parse_from_rfc3339(ascii).ok()?.to_utc();
    let rounded = timestamp.round_subsecs(6);
    let is_stored = (0..=9999).contains(&rounded.year()) && timestamp.timestamp_subsec_nanos() < LEAP_SECOND;
    is_stored.then_some(rounded)
}

/// Deserializes a member that is present. `null` is rejected unless `T` accepts it.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(member: D) -> Result<Option<T>, D::Error> {
    T::deserialize(member).map(Some)
}

/// Deserializes an enum from a string. Derived enums report a value of another type as malformed JSON.
pub(super) fn string_enum<'de, D: Deserializer<'de>, T: Deserialize<'de>>(member: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(member)?.into_deserializer())
}

pub(super) fn present_string_enum<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    member: D,
) -> Result<Option<T>, D::Error> {
    string_enum(member).map(Some)
}

pub(super) fn due_date<'de, D: Deserializer<'de>>(member: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(member)? else { return Ok(None) };
    parse_timestamp(&text).map(Some).ok_or_else(|| {
        D::Error::custom(
            "expected a date and time as in RFC 3339, from the year 0 to 9999 in UTC, without a leap second",
        )
    })
}

pub(super) fn present_due_date<'de, D: Deserializer<'de>>(
    member: D,
) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    due_date(member).map(Some)
}

pub(super) fn title(title: &str) -> Result<(), ValidationError> {
    let blank = title.chars().all(|c| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    ensure(!blank && title.chars().count() <= 255, "must have 1 to 255 characters, not only white space")
}

pub(super) fn description(description: &str) -> Result<(), ValidationError> {
    ensure(description.chars().count() <= 10_000, "must have at most 10000 characters")
}

pub(super) fn tags(tags: &[String]) -> Result<(), ValidationError> {
    ensure(tags.len() <= 20, "must have at most 20 tags")?;
    let mut seen = HashSet::new();
    for (index, tag) in tags.iter().enumerate() {
        ensure((1..=50).contains(&tag.chars().count()), "must have 1 to 50 characters")
            .map_err(|error| with_index(index, error))?;
        ensure(seen.insert(tag), "must not be repeated").map_err(|error| with_index(index, error))?;
    }
    Ok(())
}

pub(super) fn ensure(holds: bool, otherwise: &'static str) -> Result<(), ValidationError> {
    if holds { Ok(()) } else { Err(ValidationError::new("rule").with_message(otherwise.into())) }
}

fn with_index(index: usize, mut error: ValidationError) -> ValidationError {
    error.add_param("index".into(), &index);
    error
}

pub(super) fn tags_schema() -> Array {
    let tags = ArrayBuilder::new().items(tag_schema()).max_items(Some(20)).unique_items(true);
    tags.description(Some("The tags. Each tag may occur once.")).build()
}

pub(super) fn tag_schema() -> Object {
    let tag = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(50));
    tag.pattern(Some(r"^[^\u0000]*$")).build()
}

/// Returns what is wrong with the id of a task that a client creates.
pub(super) fn invalid_client_id(id: TaskId) -> Option<InvalidField> {
    let invalid = || InvalidField::new("/id", "must be a UUID of version 4 or 7");
    (!id.may_be_made_by_client()).then(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_rounded_to_microseconds() {
        assert_eq!(parse_timestamp("2026-12-24T18:00:00.0000005Z"), parse_timestamp("2026-12-24T18:00:00.000001Z"));
    }

    #[test]
    fn a_timestamp_that_rounds_to_the_year_10000_is_rejected() {
        assert!(parse_timestamp("9999-12-31T23:59:59.999999Z").is_some());
        assert!(parse_timestamp("9999-12-31T23:59:59.9999999Z").is_none());
    }
}
