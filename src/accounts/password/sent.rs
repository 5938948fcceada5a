//! A password as a member of a JSON body.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use super::plain::{LONGEST, NewPassword, Password, SHORTEST, Unfit};

impl<'de> Deserialize<'de> for Password {
    /// What was sent is copied once, and not told in an error.
    #[expect(clippy::map_err_ignore, reason = "serde's own error quotes what was sent")]
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let unfit = || D::Error::custom(format_args!("expected a password of at most {LONGEST} characters"));
        member.deserialize_str(Sent).map_err(|_| unfit())
    }
}

struct Sent;

impl Visitor<'_> for Sent {
    type Value = Password;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a password")
    }

    fn visit_str<E: Error>(self, sent: &str) -> Result<Password, E> {
        Password::new(sent).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for NewPassword {
    fn deserialize<D: Deserializer<'de>>(member: D) -> Result<Self, D::Error> {
        let expected = |unfit| match unfit {
            Unfit::Common => D::Error::custom("expected a password that is not one of the most common"),
            Unfit::TooShort | Unfit::TooLong => {
                D::Error::custom(format_args!("expected a password of {SHORTEST} to {LONGEST} characters"))
            }
        };
        Password::deserialize(member)?.try_into().map_err(expected)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{FromRequest, ResponseError, http::header, test::TestRequest};
    use serde_json::{Value, json};
    use validator::Validate;

    use super::*;
    use crate::problem::{Problem, ValidJson};

    #[derive(Debug, Deserialize, Validate)]
    struct Change {
        current: Password,
        new: NewPassword,
    }

    async fn sent(body: impl Into<Vec<u8>>) -> Result<Change, Problem> {
        let request = TestRequest::post().insert_header((header::CONTENT_TYPE, "application/json"));
        let (request, mut payload) = request.set_payload(body.into()).to_http_parts();
        ValidJson::from_request(&request, &mut payload).await.map(|ValidJson(change)| change)
    }

    async fn with_new(new: impl Into<Value>) -> Result<Change, Problem> {
        sent(json!({"current": "x", "new": new.into()}).to_string()).await
    }

    #[actix_web::test]
    async fn it_arrives_character_for_character() {
        for new in ["correct horse battery", "  spaces  ", "tab\tnew\nline \"quoted\"", "emoji🔐🔐🔐", "pässwörd-ñ"]
        {
            assert_eq!(*with_new(new).await.unwrap().new.into_inner().normalised(), new);
        }
        let escaped = sent(r#"{"current": "\ud83d\udd10", "new": "\u0063orrect horse"}"#).await.unwrap();
        assert_eq!(
            (escaped.current.normalised().as_str(), escaped.new.into_inner().normalised().as_str()),
            ("🔐", "correct horse")
        );
    }

    #[actix_web::test]
    async fn what_breaks_a_rule_is_told_by_its_place_and_not_quoted() {
        let long = "hunter2-".repeat(17);
        for (new, rule) in [
            (json!("hunter2"), "must be a password of 8 to 128 characters"),
            (json!("Football1"), "must be a password that is not one of the most common"),
            (json!(long), "must be a password of at most 128 characters"),
            (json!(12_345_678), "must be a password of at most 128 characters"),
            (json!(["hunter2"]), "must be a password of at most 128 characters"),
            (json!(null), "must be a password of at most 128 characters"),
        ] {
            let problem = with_new(new).await.unwrap_err();
            let told = format!("{problem:?}");
            assert_eq!(problem.status_code(), 422, "{told}");
            assert!(told.contains("\"/new\"") && told.contains(rule), "{told}");
            assert!(!told.contains("hunter2") && !told.contains("Football1") && !told.contains("12345678"), "{told}");
        }
    }

    #[actix_web::test]
    async fn no_nul_no_lone_surrogate_and_no_broken_text_comes_in() {
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
            let problem = sent(body).await.unwrap_err();
            assert_eq!(problem.status_code(), 400, "{}: {problem:?}", body.escape_ascii());
        }
    }
}
