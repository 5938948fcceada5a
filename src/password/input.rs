//! Passwords in JSON request bodies.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use validator::ValidationError;

use super::policy::{MAX_LENGTH, MIN_LENGTH, NewPassword, Password, PasswordPolicyError};
use crate::http::problem::{Kind, Problem};

/// A new password in a request. `validator` checks the policy, so that a violation is reported with the other fields.
#[derive(Debug)]
pub(crate) struct PasswordInput(Result<NewPassword, PasswordPolicyError>);

impl PasswordInput {
    /// The `validator` rule.
    pub(crate) fn validate_policy(&self) -> Result<(), ValidationError> {
        let message = match &self.0 {
            Ok(_) => return Ok(()),
            Err(PasswordPolicyError::Common) => "must be a password that is not one of the most common".to_owned(),
            Err(PasswordPolicyError::TooShort | PasswordPolicyError::TooLong) => {
                format!("must be a password of {MIN_LENGTH} to {MAX_LENGTH} characters")
            }
        };
        Err(ValidationError::new("rule").with_message(message.into()))
    }

    /// Returns the password of a validated request.
    ///
    /// # Errors
    ///
    /// 500 if the request was not validated.
    pub(crate) fn into_new_password(self) -> Result<NewPassword, Problem> {
        self.0.map_err(|error| Problem::new(Kind::Internal).with_cause(error))
    }
}

/// `validator` serializes rejected values into its errors: this hides the password.
impl Serialize for PasswordInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}

impl<'de> Deserialize<'de> for PasswordInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(deserialize_password(deserializer)?.and_then(NewPassword::try_from)))
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let too_long = |_| D::Error::custom(format_args!("expected a password of at most {MAX_LENGTH} characters"));
        deserialize_password(deserializer)?.map_err(too_long)
    }
}

/// Copies the input once, and keeps it out of error messages.
fn deserialize_password<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Result<Password, PasswordPolicyError>, D::Error> {
    deserializer.deserialize_str(PasswordVisitor).map_err(|error| {
        let is_null = error.to_string().starts_with("invalid type: null");
        D::Error::custom(if is_null { "invalid type: null" } else { "expected a string" })
    })
}

struct PasswordVisitor;

impl Visitor<'_> for PasswordVisitor {
    type Value = Result<Password, PasswordPolicyError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, input: &str) -> Result<Self::Value, E> {
        Ok(Password::new(input))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{FromRequest, ResponseError, http::header, test::TestRequest};
    use serde_json::{Value, json};
    use validator::Validate;

    use super::*;
    use crate::http::{extract::ValidJson, problem::Problem};

    #[derive(Debug, Deserialize, Validate)]
    struct Change {
        current: Password,
        #[validate(custom(function = "PasswordInput::validate_policy"))]
        new: PasswordInput,
    }

    async fn parse(body: impl Into<Vec<u8>>) -> Result<Change, Problem> {
        let request = TestRequest::post().insert_header((header::CONTENT_TYPE, "application/json"));
        let (request, mut payload) = request.set_payload(body.into()).to_http_parts();
        ValidJson::from_request(&request, &mut payload).await.map(|ValidJson(change)| change)
    }

    async fn with_new(new: impl Into<Value>) -> Result<Change, Problem> {
        parse(json!({"current": "x", "new": new.into()}).to_string()).await
    }

    #[actix_web::test]
    async fn passwords_are_read_unchanged() {
        for new in ["correct horse battery", "  spaces  ", "tab\tnew\nline \"quoted\"", "emoji🔐🔐🔐", "pässwörd-ñ"]
        {
            assert_eq!(*with_new(new).await.unwrap().new.into_new_password().unwrap().into_inner().normalised(), new);
        }
        let escaped = parse(r#"{"current": "\ud83d\udd10", "new": "\u0063orrect horse"}"#).await.unwrap();
        assert_eq!(
            (
                escaped.current.normalised().as_str(),
                escaped.new.into_new_password().unwrap().into_inner().normalised().as_str()
            ),
            ("🔐", "correct horse")
        );
    }

    #[actix_web::test]
    async fn violations_name_the_field_and_hide_the_value() {
        let long = "hunter2-".repeat(17);
        for (new, rule) in [
            (json!("hunter2"), "must be a password of 8 to 128 characters"),
            (json!("Football1"), "must be a password that is not one of the most common"),
            (json!(long), "must be a password of 8 to 128 characters"),
            (json!(12_345_678), "must be a string"),
            (json!(["hunter2"]), "must be a string"),
            (json!(null), "must not be null"),
        ] {
            let problem = with_new(new).await.unwrap_err();
            let message = format!("{problem:?}");
            assert_eq!(problem.status_code(), 422, "{message}");
            assert!(message.contains("\"/new\"") && message.contains(rule), "{message}");
            assert!(
                !message.contains("hunter2") && !message.contains("Football1") && !message.contains("12345678"),
                "{message}"
            );
        }
    }

    #[actix_web::test]
    async fn nul_lone_surrogates_and_invalid_utf_8_are_rejected() {
        for body in [
            &br#"{"current": "x", "new": "null\u0000byte123"}"#[..],
            b"{\"current\": \"x\", \"new\": \"null\0byte123\"}",
            br#"{"current": "x", "new": "lone \ud83d surrogate"}"#,
            br#"{"current": "x", "new": "lone \udd10 surrogate"}"#,
            br#"{"current": "x", "new": "lone \ud83d\u0041 surrogate"}"#,
            b"{\"current\": \"x\", \"new\": \"bad \xff\xfe UTF-8\"}",
            b"{\"current\": \"x\", \"new\": \"surrogate \xed\xa0\xbd in UTF-8\"}",
            br#"{"current": "x", "new": "without an end}"#,
        ] {
            let problem = parse(body).await.unwrap_err();
            assert_eq!(problem.status_code(), 400, "{}: {problem:?}", body.escape_ascii());
        }
    }
}
