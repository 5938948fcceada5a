//! The claim with the user's ID.

use super::environment::{ConfigError, Environment, invalid};

const NAME: &str = "USER_ID_CLAIM";

/// Claims with another meaning (RFC 7519 §4.1), those that users choose, and those of JWTs that Better Auth signs for other
/// purposes than access.
const RESERVED: [&str; 16] = [
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "sid",
    "azp",
    "client_id",
    "scope",
    "name",
    "email",
    "updateTo",
    "requestType",
    "session",
    "user",
];

/// A claim of the tokens in Better Auth's verification mails, which are signed with its secret. The recipient of such a mail is
/// not proven to be the user.
const IN_MAILED_TOKENS: &str = "userId";

/// Returns `None` for `sub`.
pub(super) fn read(environment: &Environment<'_>) -> Result<Option<String>, ConfigError> {
    let name = environment.text(NAME).filter(|name| name != "sub");
    match name {
        Some(name) if RESERVED.contains(&name.as_str()) => {
            Err(invalid(NAME, "a claim that holds the user's ID and nothing else"))
        }
        name => Ok(name),
    }
}

/// Rejects a claim that is not safe in tokens that are signed with Better Auth's secret.
pub(super) fn check_with_secret(claim: Option<&str>) -> Result<(), ConfigError> {
    if claim == Some(IN_MAILED_TOKENS) {
        return Err(invalid(
            NAME,
            "another claim where BETTER_AUTH_SECRET is used: Better Auth's e-mail verification tokens have this one",
        ));
    }
    Ok(())
}
