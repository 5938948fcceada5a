//! The claim with the user's id.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};

use super::{error::TokenError, raw_claims::RawClaims};
use crate::jose::{Quoted, json::truncated};

/// Where a token has the user's id: in `sub`, or in the claim that `USER_ID_CLAIM` names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserIdClaim(Option<String>);

impl UserIdClaim {
    /// Selects the claim with this name; `sub` if it is `None`.
    #[must_use]
    pub fn new(name: Option<&str>) -> Self {
        Self(name.map(str::to_owned))
    }

    /// Returns the user's id. `claims` must be those of `payload`.
    ///
    /// A token whose `sub` differs from the claim is rejected: it is ambiguous which user it is for.
    pub(super) fn read(&self, payload: &[u8], claims: &RawClaims) -> Result<String, TokenError> {
        let Some(name) = &self.0 else {
            return claims.sub.clone().ok_or_else(|| missing("sub"));
        };
        let id = member(payload, name)?.ok_or_else(|| missing(name))?;
        if claims.sub.as_ref().is_some_and(|sub| *sub != id) {
            return Err(TokenError::AmbiguousUser { claim: Quoted::new(name) });
        }
        Ok(id)
    }
}

fn missing(name: &str) -> TokenError {
    TokenError::InvalidPayload(format!("missing field `{name}`"))
}

/// Returns the member with this name, which must be a string.
fn member(payload: &[u8], name: &str) -> Result<Option<String>, TokenError> {
    let mut json = serde_json::Deserializer::from_slice(payload);
    Member(name).deserialize(&mut json).map_err(|error| TokenError::InvalidPayload(truncated(&error)))
}

/// Deserializes one member of an object and ignores the others.
struct Member<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<Self::Value, M::Error> {
        let mut found = None;
        while let Some(name) = members.next_key::<String>()? {
            if name != self.0 {
                members.next_value::<IgnoredAny>()?;
            } else if found.replace(members.next_value::<String>()?).is_some() {
                return Err(M::Error::custom(format!("duplicate field `{name}`")));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str) -> Option<String> {
        let claims = RawClaims::parse(payload.as_bytes()).unwrap();
        UserIdClaim::new(Some("user_id")).read(payload.as_bytes(), &claims).ok()
    }

    #[test]
    fn the_named_claim_is_read_once_and_as_a_string() {
        assert_eq!(read(r#"{"exp": 1, "user_id": "ann"}"#).as_deref(), Some("ann"));
        assert_eq!(read(r#"{"user\u005fid": "ann", "exp": 1, "sub": "ann"}"#).as_deref(), Some("ann"));
        for rejected in [
            r#"{"exp": 1, "sub": "ann"}"#,
            r#"{"exp": 1, "user_id": "ann", "sub": "bob"}"#,
            r#"{"exp": 1, "user_id": "ann", "user_id": "ann"}"#,
            r#"{"exp": 1, "user_id": "ann", "user\u005fid": "bob"}"#,
            r#"{"exp": 1, "user_id": 7}"#,
            r#"{"exp": 1, "user_id": null}"#,
            r#"{"exp": 1, "user_id": ["ann"]}"#,
            r#"{"exp": 1, "User_id": "ann"}"#,
            r#"{"exp": 1, "profile": {"user_id": "ann"}}"#,
        ] {
            assert_eq!(read(rejected), None, "{rejected}");
        }
    }
}
