//! Request bodies of Better Auth's client that cause a mail, or use the token of one.

use utoipa::ToSchema;

use super::{
    body::{FromMembers, Members},
    request::{callback_url, email},
};

/// A request for a mail that resets the password.
#[derive(ToSchema)]
#[schema(as = BetterAuthRequestPasswordReset, rename_all = "camelCase")]
pub(super) struct RequestPasswordReset {
    /// The email address, in any case.
    #[schema(example = "ann@example.com")]
    pub(super) email: String,
    /// The page that the link leads to: a path of the calling page's origin, or a URL of an allowed one. Its URL gets the
    /// parameter `token`.
    #[schema(nullable = false)]
    pub(super) redirect_to: Option<String>,
}

impl FromMembers for RequestPasswordReset {
    fn from_members(members: &mut Members) -> Self {
        Self { email: email(members, "email"), redirect_to: members.optional_string("redirectTo") }
    }
}

/// A request for a mail that verifies the email address.
#[derive(ToSchema)]
#[schema(as = BetterAuthSendVerificationEmail, rename_all = "camelCase")]
pub(super) struct SendVerificationEmail {
    /// The email address, in any case.
    #[schema(example = "ann@example.com")]
    pub(super) email: String,
    /// The page that the link leads to: a path of the calling page's origin, or a URL of an allowed one.
    #[schema(rename = "callbackURL", nullable = false)]
    pub(super) callback_url: Option<String>,
}

impl FromMembers for SendVerificationEmail {
    fn from_members(members: &mut Members) -> Self {
        Self { email: email(members, "email"), callback_url: callback_url(members) }
    }
}

/// A change of the email address.
#[derive(ToSchema)]
#[schema(as = BetterAuthChangeEmail, rename_all = "camelCase")]
pub(super) struct ChangeEmail {
    /// The new email address.
    #[schema(example = "anna@example.com")]
    pub(super) new_email: String,
    /// The page that the link leads to: a path of the calling page's origin, or a URL of an allowed one.
    #[schema(rename = "callbackURL", nullable = false)]
    pub(super) callback_url: Option<String>,
}

impl FromMembers for ChangeEmail {
    fn from_members(members: &mut Members) -> Self {
        Self { new_email: email(members, "newEmail"), callback_url: callback_url(members) }
    }
}

/// A reset of the password.
#[derive(ToSchema)]
#[schema(as = BetterAuthResetPassword, rename_all = "camelCase")]
pub(super) struct ResetPassword {
    /// 8 to 128 characters (UTF-16 code units); common passwords are rejected.
    #[schema(format = Password)]
    pub(super) new_password: String,
    /// The token of the mail, unless the query has it.
    #[schema(nullable = false)]
    pub(super) token: Option<String>,
}

impl FromMembers for ResetPassword {
    fn from_members(members: &mut Members) -> Self {
        Self { new_password: members.string("newPassword"), token: members.optional_string("token") }
    }
}
