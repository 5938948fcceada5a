//! Strict JSON, as tokens and key sets need it.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

/// Longest part of a parser's error that a message repeats.
const MAX_ERROR_CHARS: usize = 160;

/// Deserializes an optional member that must not be `null`.
pub(crate) fn non_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(member: D) -> Result<Option<T>, D::Error> {
    T::deserialize(member).map(Some)
}

/// Deserializes an optional member; a value of another type counts as absent.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(member: D) -> Result<Option<T>, D::Error> {
    let json = <&RawValue>::deserialize(member)?;
    Ok(serde_json::from_str(json.get()).ok())
}

/// Deserializes a member of any value to `true`.
pub(crate) fn is_present<'de, D: Deserializer<'de>>(member: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(member).map(|_| true)
}

/// Returns the beginning of an error, which may repeat input of any length.
pub(crate) fn truncated(error: &(impl ToString + ?Sized)) -> String {
    error.to_string().chars().take(MAX_ERROR_CHARS).collect()
}

/// Parses one complete JSON object in UTF-8 (RFC 8725 §3.7). serde alone would accept an array for a struct.
pub(crate) fn parse_object<'j, T: Deserialize<'j>>(json: &'j [u8]) -> Result<T, Cow<'static, str>> {
    let Ok(text) = std::str::from_utf8(json) else {
        return Err("it is not UTF-8".into());
    };
    if !text.trim_start().starts_with('{') {
        return Err("it is not a JSON object".into());
    }
    serde_json::from_str(text).map_err(|error| error.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Profile {
        #[serde(default, deserialize_with = "lenient")]
        image: Option<String>,
    }

    fn image(json: &str) -> Option<String> {
        parse_object::<Profile>(format!("{{\"image\": {json}}}").as_bytes()).expect(json).image
    }

    #[test]
    fn a_lenient_member_of_another_type_counts_as_absent() {
        assert_eq!(image(r#""a\u00e9""#).as_deref(), Some("a\u{e9}"));
        let deep = "[".repeat(1_500) + &"]".repeat(1_500);
        for odd in ["null", "1e400", "true", r#"{"a": "b"}"#, r#""\ud800""#, &deep] {
            assert_eq!(image(odd), None, "{odd}");
        }
        assert_eq!(parse_object::<Profile>(b"{}"), Ok(Profile { image: None }));
    }
}
