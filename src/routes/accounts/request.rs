//! Request bodies of accounts.
//!
//! `deserialize_with` on a password makes serde report a missing one as a missing field.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::validation;
use crate::{
    password::{Password, PasswordInput},
    tokens::RefreshToken,
};

/// The sign-up request.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = SignUpInput, example = json!({"name": "Ann", "email": "ann@example.com", "password": "correct horse battery"}))]
pub(crate) struct SignUpRequest {
    /// The display name. Not only white space.
    #[validate(custom(function = "validation::name"))]
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f\ufeff][^\u0000]*$"
    )]
    pub(super) name: String,
    /// The email address; stored in lower case.
    #[validate(custom(function = "validation::email"))]
    #[schema(schema_with = validation::email_schema)]
    pub(super) email: String,
    /// 8 to 128 characters (UTF-16 code units); common passwords are rejected.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    #[validate(custom(function = "PasswordInput::validate_policy"))]
    pub(super) password: PasswordInput,
}

/// The log-in request.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = LogInInput, example = json!({"email": "ann@example.com", "password": "correct horse battery"}))]
pub(crate) struct LogInRequest {
    /// The email address, in any case.
    #[validate(custom(function = "validation::email"))]
    #[schema(schema_with = validation::email_schema)]
    pub(super) email: String,
    /// The password.
    #[schema(value_type = String, format = Password, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub(super) password: Password,
}

/// The refresh request.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = RefreshInput)]
pub(crate) struct RefreshRequest {
    /// The refresh token of the last response.
    #[schema(value_type = String, max_length = 256, pattern = r"^[^\u0000]*$")]
    pub(super) refresh_token: RefreshToken,
}

/// The change-password request.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = ChangePasswordInput, example = json!({"current_password": "correct horse battery", "new_password": "staple of the horse"}))]
pub(crate) struct ChangePasswordRequest {
    /// The current password.
    #[schema(value_type = String, format = Password, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub(super) current_password: Password,
    /// 8 to 128 characters (UTF-16 code units); common passwords are rejected.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    #[validate(custom(function = "PasswordInput::validate_policy"))]
    pub(super) new_password: PasswordInput,
}

/// The delete-account request.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(as = DeleteAccountInput, example = json!({"password": "correct horse battery"}))]
pub(crate) struct DeleteAccountRequest {
    /// The current password.
    #[schema(value_type = String, format = Password, max_length = 128, pattern = r"^[^\u0000]*$")]
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub(super) password: Password,
}
