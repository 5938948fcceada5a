//! Errors of serde and validator as the invalid fields of a problem.

use std::{borrow::Cow, collections::BTreeMap};

use serde_path_to_error::{Path, Segment};
use validator::{ValidationError, ValidationErrors};

use crate::http::problem::InvalidField;

/// The invalid field of a message of serde's at `path`.
pub(super) fn deserialization_error(path: &Path, message: &str) -> InvalidField {
    let (member, detail) = parse_serde_message(message);
    let mut pointer = pointer(path);
    if let Some(member) = member.filter(|member| !pointer.ends_with(&format!("/{}", escape(member)))) {
        pointer.push('/');
        pointer.push_str(&escape(member));
    }
    InvalidField::new(pointer, detail)
}

/// The member that a message names although the path may not, and what the value must be.
fn parse_serde_message(message: &str) -> (Option<&str>, Cow<'static, str>) {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let named = message.split('`').nth(1);
    if message.starts_with("missing field") {
        (named, "is required".into())
    } else if message.starts_with("unknown field") {
        (None, "is not a known field".into())
    } else if message.starts_with("duplicate field") {
        (named, "must not be repeated".into())
    } else if message.starts_with("invalid type: null") {
        (None, "must not be null".into())
    } else {
        let expected = message.rsplit_once("expected ").map(|(_, expected)| expected.replace('`', ""));
        (None, expected.map_or("is not valid".into(), |expected| format!("must be {expected}").into()))
    }
}

fn pointer(path: &Path) -> String {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escape(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}

/// RFC 6901 §3.
fn escape(member: &str) -> String {
    member.replace('~', "~0").replace('/', "~1")
}

/// The invalid fields of a value that breaks rules, sorted by name.
pub(crate) fn validation_errors(errors: &ValidationErrors) -> Vec<InvalidField> {
    let by_field: BTreeMap<_, _> = errors.field_errors().into_iter().collect();
    let details = |(field, errors): (Cow<'static, str>, &Vec<ValidationError>)| {
        errors.iter().map(|error| invalid_field(&field, error)).collect::<Vec<_>>()
    };
    by_field.into_iter().flat_map(details).collect()
}

/// A rule over the items of an array names the invalid one by the parameter `index`.
fn invalid_field(field: &str, error: &ValidationError) -> InvalidField {
    let index = error.params.get("index").map(|index| format!("/{index}")).unwrap_or_default();
    let detail = error.message.clone().unwrap_or_else(|| "is not valid".into());
    InvalidField::new(format!("/{field}{index}"), detail)
}
