//! How the JSON of a token is read: strictly.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// A member that is there is of its type: `null` is not taken for absence.
pub(in crate::auth) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(member: D) -> Result<Option<T>, D::Error> {
    T::deserialize(member).map(Some)
}

/// Whether a member is there, whatever its value.
pub(in crate::auth) fn present<'de, D: Deserializer<'de>>(member: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(member).map(|_| true)
}

/// One complete JSON object in UTF-8 (RFC 8725 §3.7); a derived struct would also take an array.
pub(in crate::auth) fn object<'j, T: Deserialize<'j>>(json: &'j [u8]) -> Result<T, Cow<'static, str>> {
    let Ok(text) = std::str::from_utf8(json) else {
        return Err("it is not UTF-8".into());
    };
    if !text.trim_start().starts_with('{') {
        return Err("it is not a JSON object".into());
    }
    serde_json::from_str(text).map_err(|error| error.to_string().into())
}
