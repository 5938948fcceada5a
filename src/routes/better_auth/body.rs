//! JSON bodies of Better Auth's client, as an extractor. Unknown members are ignored; errors are worded as zod words them.

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use futures_util::{FutureExt, future::LocalBoxFuture};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::error::BetterAuthError;
use crate::http::{
    TrustedOrigins,
    extract::json_body,
    problem::{Kind, Problem},
};

/// A body, read and checked. An omitted body is an empty object.
pub(super) struct Body<T>(pub(super) T);

/// A type that can be read from the members of a body.
pub(super) trait FromMembers: Sized {
    /// Reads the members. [`Members`] collects the errors.
    fn from_members(members: &mut Members) -> Self;
}

/// The members of a body, and what is wrong with those that were read.
pub(super) struct Members {
    members: Map<String, Value>,
    issues: Vec<String>,
}

impl Members {
    /// Returns a required string. An invalid one is reported, and read as empty.
    pub(super) fn string(&mut self, name: &str) -> String {
        let value = self.members.remove(name);
        self.check_string(name, value).unwrap_or_default()
    }

    /// Returns an optional string.
    pub(super) fn optional_string(&mut self, name: &str) -> Option<String> {
        let value = self.members.remove(name)?;
        self.check_string(name, Some(value))
    }

    /// Returns an optional string; `Some(None)` if it is null.
    pub(super) fn nullable_string(&mut self, name: &str) -> Option<Option<String>> {
        match self.members.remove(name)? {
            Value::Null => Some(None),
            value => self.check_string(name, Some(value)).map(Some),
        }
    }

    /// Returns a required string that must pass `check`, which returns what is wrong with it.
    pub(super) fn checked_string(&mut self, name: &str, check: impl Fn(&str) -> Option<&'static str>) -> String {
        let value = self.members.remove(name);
        let Some(text) = self.check_string(name, value) else { return String::new() };
        if let Some(message) = check(&text) {
            self.report(name, message);
        }
        text
    }

    /// Returns an optional boolean.
    pub(super) fn optional_bool(&mut self, name: &str) -> Option<bool> {
        match self.members.remove(name)? {
            Value::Bool(value) => Some(value),
            other => {
                self.report(name, &format!("Invalid input: expected boolean, received {}", type_name(Some(&other))));
                None
            }
        }
    }

    /// Returns whether the body has a member.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Returns whether the body has a member that JavaScript takes for true.
    pub(super) fn is_set(&self, name: &str) -> bool {
        match self.members.get(name) {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(_) => true,
        }
    }

    /// Reports an invalid member.
    fn report(&mut self, name: &str, message: &str) {
        self.issues.push(format!("[body.{name}] {message}"));
    }

    fn check_string(&mut self, name: &str, value: Option<Value>) -> Option<String> {
        match value {
            Some(Value::String(text)) => Some(text),
            other => {
                self.report(name, &format!("Invalid input: expected string, received {}", type_name(other.as_ref())));
                None
            }
        }
    }
}

impl<T: FromMembers + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let origins = request.app_data::<Data<TrustedOrigins>>().cloned();
        let (body, request) = (json_body(request, payload), request.clone());
        async move {
            let origins =
                origins.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no origins are registered"))?;
            let members = Members { members: parse(&body.await?)?, issues: Vec::new() };
            check_targets(&members, &origins, &request)?;
            read(members).map(Self)
        }
        .boxed_local()
    }
}

fn parse(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(other) => Err(validation_error(format!(
            "[body] Invalid input: expected object, received {}",
            type_name(Some(&other))
        ))),
        Err(error) => Err(Problem::from(BetterAuthError::BodyNotJson).with_cause(error)),
    }
}

fn read<T: FromMembers>(mut members: Members) -> Result<T, Problem> {
    let value = T::from_members(&mut members);
    if members.issues.is_empty() { Ok(value) } else { Err(validation_error(members.issues.join("; "))) }
}

/// Checks the addresses that a response or a mail would lead to, before all other members, as Better Auth does.
fn check_targets(members: &Members, origins: &TrustedOrigins, request: &HttpRequest) -> Result<(), Problem> {
    for (name, label, error) in [
        ("callbackURL", "callbackURL", BetterAuthError::InvalidCallbackUrl),
        ("redirectTo", "redirectURL", BetterAuthError::InvalidRedirectUrl),
        ("errorCallbackURL", "errorCallbackURL", BetterAuthError::InvalidErrorCallbackUrl),
        ("newUserCallbackURL", "newUserCallbackURL", BetterAuthError::InvalidNewUserCallbackUrl),
    ] {
        match members.members.get(name) {
            Some(Value::String(target)) if target.is_empty() || origins.accepts_target(target, request) => {}
            Some(Value::String(_)) => return Err(error.into()),
            _ if members.is_set(name) => return Err(validation_error(format!("Invalid {label}: expected a string"))),
            _ => {}
        }
    }
    check_query_target(members, origins, request)
}

/// Checks the `callbackURL` of the query, which counts if the body has none.
fn check_query_target(members: &Members, origins: &TrustedOrigins, request: &HttpRequest) -> Result<(), Problem> {
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let target = query.find(|(name, value)| name == "callbackURL" && !value.is_empty());
    let is_accepted = target.is_none_or(|(_, target)| origins.accepts_target(&target, request));
    if is_accepted || members.is_set("callbackURL") { Ok(()) } else { Err(BetterAuthError::InvalidCallbackUrl.into()) }
}

/// Returns the problem of an invalid body or query.
pub(super) fn validation_error(message: String) -> Problem {
    Problem::new(Kind::Malformed).with_detail(message).with_code("VALIDATION_ERROR")
}

fn type_name(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}
