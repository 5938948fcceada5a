//! What is sent of accounts, from sign-up to farewell. A password that is missing is told so (`deserialize_with`).

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::validation;
use crate::{
    password::{Password, PasswordInput},
    tokens::RefreshToken,
};

/// Whoever signs up.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = SignUpInput, example = json!({"name": "Ann", "email": "ann@example.com", "password": "correct horse battery"}))]
pub(crate) struct SignUpRequest {
    /// What they are called. Not only white space.
    #[validate(custom(function = "validation::name"))]
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f\ufeff][^\u0000]*$"
    )]
    pub(super) name: String,
    /// Their e-mail address; kept in lower case.
    #[validate(custom(function = "validation::email"))]
    #[schema(schema_with = validation::email_schema)]
    pub(super) email: String,
    /// 8 to 128 characters (UTF-16 code units), no common password.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    #[validate(custom(function = "PasswordInput::validate_policy"))]
    pub(super) password: PasswordInput,
}

/// Whoever logs in.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = LogInInput, example = json!({"email": "ann@example.com", "password": "correct horse battery"}))]
pub(crate) struct LogInRequest {
    /// Their e-mail address, in any case.
    #[validate(custom(function = "validation::email"))]
    #[schema(schema_with = validation::email_schema)]
    pub(super) email: String,
    /// Their password.
    #[schema(value_type = String, format = Password, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub(super) password: Password,
}

/// Whoever goes on.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = RefreshInput)]
pub(crate) struct RefreshRequest {
    /// The refresh token of the last answer.
    #[schema(value_type = String, max_length = 256, pattern = r"^[^\u0000]*$")]
    pub(super) refresh_token: RefreshToken,
}

/// A new password for the old one.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = ChangePasswordInput, example = json!({"current_password": "correct horse battery", "new_password": "staple of the horse"}))]
pub(crate) struct ChangePasswordRequest {
    /// The present password.
    #[schema(value_type = String, format = Password, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub(super) current_password: Password,
    /// 8 to 128 characters (UTF-16 code units), no common password.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    #[validate(custom(function = "PasswordInput::validate_policy"))]
    pub(super) new_password: PasswordInput,
}

/// The word of whoever closes their account.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = DeleteAccountInput, example = json!({"password": "correct horse battery"}))]
pub(crate) struct DeleteAccountRequest {
    /// The present password.
    #[schema(value_type = String, format = Password, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub(super) password: Password,
}
