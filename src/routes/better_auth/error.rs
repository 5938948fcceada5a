//! Better Auth's errors: code, status and message of each in one table.

use crate::{
    http::problem::{Kind, Problem},
    password::PasswordPolicyError,
};

macro_rules! errors {
    ($($error:ident { $kind:ident, $code:literal, $message:literal })+) => {
        /// An error of Better Auth.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum BetterAuthError { $($error,)+ }

        impl BetterAuthError {
            /// Better Auth's code, as clients read it.
            pub(super) fn code(self) -> &'static str {
                match self { $(Self::$error => $code,)+ }
            }
        }

        impl From<BetterAuthError> for Problem {
            fn from(error: BetterAuthError) -> Self {
                match error {
                    $(BetterAuthError::$error => Self::new(Kind::$kind).with_detail($message).with_code($code),)+
                }
            }
        }
    };
}

errors! {
    BodyNotJson { Malformed, "BAD_REQUEST", "Invalid JSON in request body" }
    ChangeEmailDisabled { Malformed, "CHANGE_EMAIL_DISABLED", "Change email is disabled" }
    CredentialAccountNotFound { Malformed, "CREDENTIAL_ACCOUNT_NOT_FOUND", "Credential account not found" }
    CrossSiteNavigation { Forbidden, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED", "Cross-site navigation login blocked. This request appears to be a CSRF attack." }
    EmailAlreadyVerified { Malformed, "EMAIL_ALREADY_VERIFIED", "Email is already verified" }
    EmailCanNotBeUpdated { Malformed, "EMAIL_CAN_NOT_BE_UPDATED", "Email can not be updated" }
    EmailIsTheSame { Malformed, "EMAIL_IS_THE_SAME", "Email is the same" }
    EmailMismatch { Malformed, "EMAIL_MISMATCH", "Email mismatch" }
    EmailNotVerified { Forbidden, "EMAIL_NOT_VERIFIED", "Email not verified" }
    FailedToGetSession { Unauthorized, "FAILED_TO_GET_SESSION", "Failed to get session" }
    InvalidCallbackUrl { Forbidden, "INVALID_CALLBACK_URL", "Invalid callbackURL" }
    InvalidEmail { Malformed, "INVALID_EMAIL", "Invalid email" }
    InvalidEmailToken { Unauthorized, "INVALID_TOKEN", "Invalid token" }
    InvalidErrorCallbackUrl { Forbidden, "INVALID_ERROR_CALLBACK_URL", "Invalid errorCallbackURL" }
    InvalidNewUserCallbackUrl { Forbidden, "INVALID_NEW_USER_CALLBACK_URL", "Invalid newUserCallbackURL" }
    InvalidOrigin { Forbidden, "INVALID_ORIGIN", "Invalid origin" }
    InvalidPassword { Malformed, "INVALID_PASSWORD", "Invalid password" }
    InvalidRedirectUrl { Forbidden, "INVALID_REDIRECT_URL", "Invalid redirectURL" }
    InvalidResetToken { Malformed, "INVALID_TOKEN", "Invalid token" }
    InvalidToken { NotFound, "INVALID_TOKEN", "Invalid token" }
    InvalidUser { Unauthorized, "INVALID_USER", "Invalid user" }
    MissingOrNullOrigin { Forbidden, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin" }
    NoFieldsToUpdate { Malformed, "NO_FIELDS_TO_UPDATE", "No fields to update" }
    PasswordCompromised { Malformed, "PASSWORD_COMPROMISED", "The password is one of the most common. Please choose a different password." }
    PasswordTooLong { Malformed, "PASSWORD_TOO_LONG", "Password too long" }
    PasswordTooShort { Malformed, "PASSWORD_TOO_SHORT", "Password too short" }
    ProviderNotFound { NotFound, "PROVIDER_NOT_FOUND", "Provider not found" }
    ResetPasswordDisabled { Malformed, "RESET_PASSWORD_DISABLED", "Reset password isn't enabled" }
    SessionExpired { Malformed, "SESSION_EXPIRED", "Session expired. Re-authenticate to perform this action." }
    SessionNotFresh { Forbidden, "SESSION_NOT_FRESH", "Session is not fresh" }
    TokenExpired { Unauthorized, "TOKEN_EXPIRED", "Token expired" }
    UserAlreadyExists { InvalidContent, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "User already exists. Use another email." }
    UserNotFound { Malformed, "USER_NOT_FOUND", "User not found" }
    UserOfTokenNotFound { Unauthorized, "USER_NOT_FOUND", "User not found" }
    VerificationEmailNotEnabled { Malformed, "VERIFICATION_EMAIL_NOT_ENABLED", "Verification email isn't enabled" }
}

impl From<PasswordPolicyError> for Problem {
    fn from(error: PasswordPolicyError) -> Self {
        match error {
            PasswordPolicyError::TooShort => BetterAuthError::PasswordTooShort.into(),
            PasswordPolicyError::TooLong => BetterAuthError::PasswordTooLong.into(),
            PasswordPolicyError::Common => BetterAuthError::PasswordCompromised.into(),
        }
    }
}
