//! Query parameters as an extractor whose rejections are problem details.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::invalid_fields::{deserialization_error, validation_errors};
use crate::http::problem::{InvalidField, Kind, Problem};

/// The number of errors after which the rest of a query is not checked.
const MAX_REPORTED_ERRORS: usize = 20;

/// The longest part of an unknown parameter's name that is repeated in a problem.
const MAX_REPORTED_NAME_CHARS: usize = 64;

/// The message of `serde_html_form` for a repeated parameter whose type is no sequence.
const REPEATED: &str = "unsupported value";

/// The query parameters of a request, deserialized and validated. `T` declares them for the contract as well
/// (`utoipa::IntoParams`) and should deny unknown fields.
///
/// # Errors
///
/// 400 if the query is not UTF-8 or contains a NUL character; 422 with a pointer to each invalid parameter otherwise.
pub(crate) struct ValidQuery<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate> FromRequest for ValidQuery<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

/// Reads the query as it is; only an invalid one is read parameter by parameter.
fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<T, Problem> {
    check_encoding(query)?;
    match deserialize::<T>(query) {
        Ok(value) => match value.validate() {
            Ok(()) => Ok(value),
            Err(errors) => Err(Problem::invalid(validation_errors(&errors))),
        },
        Err(_) => Err(Problem::invalid(all_errors::<T>(query))),
    }
}

/// Deserialization stops at the first error: removes that parameter and repeats, so that every error is reported.
fn all_errors<T: DeserializeOwned + Validate>(query: &str) -> Vec<InvalidField> {
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    let mut errors = Vec::new();
    while errors.len() < MAX_REPORTED_ERRORS {
        match deserialize::<T>(&pairs.join("&")) {
            Ok(value) => {
                errors.extend(value.validate().err().iter().flat_map(validation_errors));
                break;
            }
            Err((name, error)) => {
                errors.push(error);
                let Some(index) = pairs.iter().position(|pair| decoded_name(pair) == name) else { break };
                pairs.remove(index);
            }
        }
    }
    errors
}

/// Returns the value, or the name of the first invalid parameter and its error.
fn deserialize<T: DeserializeOwned>(query: &str) -> Result<T, (String, InvalidField)> {
    let deserializer = serde_html_form::Deserializer::from_bytes(query.as_bytes());
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().to_string();
        let message = error.inner().to_string();
        let mut field = deserialization_error(error.path(), &message);
        if message == REPEATED {
            field.detail = "must not be repeated".into();
        }
        field.pointer = field.pointer.chars().take(1 + MAX_REPORTED_NAME_CHARS).collect();
        (name, field)
    })
}

fn decoded_name(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or(pair).replace('+', " ");
    percent_decode_str(&name).decode_utf8_lossy().into_owned()
}

/// Checks that the query is `application/x-www-form-urlencoded` in UTF-8.
#[expect(clippy::map_err_ignore, reason = "the position of the invalid byte does not help the client")]
fn check_encoding(query: &str) -> Result<(), Problem> {
    let decoded = percent_decode_str(query).decode_utf8();
    let decoded = decoded.map_err(|_| Problem::new(Kind::Malformed).with_detail("The query is not UTF-8."))?;
    if decoded.contains('\0') {
        return Err(Problem::new(Kind::Malformed).with_detail("The query contains a NUL character."));
    }
    Ok(())
}
