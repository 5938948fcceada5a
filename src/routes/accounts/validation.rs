//! Rules for names and email addresses: those of Better Auth, so that accounts work on both sides.

use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use validator::ValidationError;

/// The addresses that Better Auth accepts (zod's `z.email()`).
const EMAIL: &str = r"^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+\-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$";

/// RFC 5321 §4.5.3.1.3, without the angle brackets.
const MAX_EMAIL_LENGTH: usize = 254;

pub(super) fn email_schema() -> Object {
    let email = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX_EMAIL_LENGTH)).pattern(Some(EMAIL));
    email.description(Some("The email address, in any case; stored in lower case.")).build()
}

pub(super) fn name(name: &str) -> Result<(), ValidationError> {
    let blank = name.chars().all(|c| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    ensure(!blank && name.chars().count() <= 255, "must have 1 to 255 characters, not only white space")
}

/// Matches [`EMAIL`] by hand, since the regex crate has no look-ahead.
pub(super) fn email(email: &str) -> Result<(), ValidationError> {
    ensure(is_address(email), "must be an email address such as ann@example.com, of at most 254 characters")
}

/// Returns whether Better Auth accepts the address.
pub(in crate::routes) fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let is_local = |c: u8| c.is_ascii_alphanumeric() || b"_'+-.".contains(&c);
    let ends_well = local.bytes().next_back().is_some_and(|c| is_local(c) && !b"'.".contains(&c));
    let Some((labels, top)) = domain.rsplit_once('.') else { return false };
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    email.len() <= MAX_EMAIL_LENGTH
        && local.bytes().all(is_local)
        && ends_well
        && !local.starts_with('.')
        && !email.contains("..")
        && labels.split('.').all(is_label)
        && top.len() >= 2
        && top.bytes().all(|c| c.is_ascii_alphabetic())
}

fn ensure(holds: bool, otherwise: &'static str) -> Result<(), ValidationError> {
    if holds { Ok(()) } else { Err(ValidationError::new("rule").with_message(otherwise.into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_match_better_auth() {
        for good in ["ann@example.com", "A.B+c_d-e@sub.Example.co", "o'neil@example.com", "a@b.cd", "1@1.ab", "-@a-.bc"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example",
            " ann@example.com",
            "ann@example.com ",
            ".ann@example.com",
            "ann.@example.com",
            "a..b@example.com",
            "ann@example..com",
            "ann@-example.com",
            "ann@example.c",
            "ann@example.c0m",
            "ann@exa_mple.com",
            "ann@@example.com",
            "a nn@example.com",
            "änn@example.com",
            "ann@exämple.com",
            "\"ann\"@example.com",
            "ann'@example.com",
            "ann@[127.0.0.1]",
            "ann\u{0}@example.com",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(!is_address(&format!("{}@example.com", "a".repeat(250))));
    }
}
