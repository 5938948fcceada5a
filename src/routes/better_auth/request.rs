//! Request bodies of Better Auth's client.

use utoipa::ToSchema;

use super::body::{FromMembers, Members};
use crate::routes::accounts::is_email_address;

/// A sign-up.
#[derive(ToSchema)]
#[schema(as = BetterAuthSignUp, rename_all = "camelCase")]
pub(super) struct SignUp {
    /// The display name.
    #[schema(example = "Ann")]
    pub(super) name: String,
    /// The email address; stored in lower case.
    #[schema(example = "ann@example.com")]
    pub(super) email: String,
    /// 8 to 128 characters (UTF-16 code units); common passwords are rejected.
    #[schema(format = Password, example = "correct horse battery")]
    pub(super) password: String,
    /// The URL of the profile image.
    #[schema(nullable = false)]
    pub(super) image: Option<String>,
    /// The page that the link in the verification mail leads to, if that is required: a path of the calling page's origin, or a
    /// URL of an allowed one.
    #[schema(rename = "callbackURL", nullable = false)]
    pub(super) callback_url: Option<String>,
    /// Whether the session outlives the browser's. The default is `true`.
    #[schema(nullable = false)]
    pub(super) remember_me: Option<bool>,
}

impl FromMembers for SignUp {
    fn from_members(members: &mut Members) -> Self {
        let name = members.checked_string("name", name_error);
        let email = email(members, "email");
        let password = members.string("password");
        Self {
            name,
            email,
            password,
            image: members.optional_string("image"),
            callback_url: callback_url(members),
            remember_me: members.optional_bool("rememberMe"),
        }
    }
}

/// The service's own limit. Better Auth has none, and accepts an empty name.
fn name_error(name: &str) -> Option<&'static str> {
    (name.chars().count() > 255).then_some("Too big: expected string to have <=255 characters")
}

/// A sign-in.
#[derive(ToSchema)]
#[schema(as = BetterAuthSignIn, rename_all = "camelCase")]
pub(super) struct SignIn {
    /// The email address, in any case.
    #[schema(example = "ann@example.com")]
    pub(super) email: String,
    /// The password.
    #[schema(format = Password, example = "correct horse battery")]
    pub(super) password: String,
    /// Where the client navigates after the sign-in: a path, or a URL of an allowed origin.
    #[schema(rename = "callbackURL", nullable = false)]
    pub(super) callback_url: Option<String>,
    /// Whether the session outlives the browser's. The default is `true`.
    #[schema(nullable = false)]
    pub(super) remember_me: Option<bool>,
}

impl FromMembers for SignIn {
    fn from_members(members: &mut Members) -> Self {
        Self {
            email: members.string("email"),
            password: members.string("password"),
            callback_url: callback_url(members),
            remember_me: members.optional_bool("rememberMe"),
        }
    }
}

/// A session to revoke.
#[derive(ToSchema)]
#[schema(as = BetterAuthRevokeSession)]
pub(super) struct RevokeSession {
    /// The session's token, from the list of sessions.
    pub(super) token: String,
}

impl FromMembers for RevokeSession {
    fn from_members(members: &mut Members) -> Self {
        Self { token: members.string("token") }
    }
}

/// A change of the password.
#[derive(ToSchema)]
#[schema(as = BetterAuthChangePassword, rename_all = "camelCase")]
pub(super) struct ChangePassword {
    /// 8 to 128 characters (UTF-16 code units); common passwords are rejected.
    #[schema(format = Password)]
    pub(super) new_password: String,
    /// The current password.
    #[schema(format = Password)]
    pub(super) current_password: String,
    /// Whether all sessions end and a new one begins.
    #[schema(nullable = false)]
    pub(super) revoke_other_sessions: Option<bool>,
}

impl FromMembers for ChangePassword {
    fn from_members(members: &mut Members) -> Self {
        Self {
            new_password: members.string("newPassword"),
            current_password: members.string("currentPassword"),
            revoke_other_sessions: members.optional_bool("revokeOtherSessions"),
        }
    }
}

/// A password to verify.
#[derive(ToSchema)]
#[schema(as = BetterAuthVerifyPassword)]
pub(super) struct VerifyPassword {
    /// The current password.
    #[schema(format = Password)]
    pub(super) password: String,
}

impl FromMembers for VerifyPassword {
    fn from_members(members: &mut Members) -> Self {
        Self { password: members.string("password") }
    }
}

/// A change of the profile.
#[derive(ToSchema)]
#[schema(as = BetterAuthUpdateUser)]
pub(super) struct UpdateUser {
    /// The display name.
    #[schema(nullable = false)]
    pub(super) name: Option<String>,
    /// The URL of the profile image; null removes it.
    #[schema(value_type = Option<String>)]
    pub(super) image: Option<Option<String>>,
    #[schema(ignore)]
    pub(super) has_email: bool,
}

impl FromMembers for UpdateUser {
    fn from_members(members: &mut Members) -> Self {
        Self {
            name: members.contains("name").then(|| members.checked_string("name", name_error)),
            image: members.nullable_string("image"),
            has_email: members.is_set("email"),
        }
    }
}

/// A deletion of the account.
#[derive(ToSchema)]
#[schema(as = BetterAuthDeleteUser)]
pub(super) struct DeleteUser {
    /// The current password. It may be omitted within a day after the sign-in.
    #[schema(format = Password, nullable = false)]
    pub(super) password: Option<String>,
    /// The token of a deletion that was confirmed by mail, which this service does not send.
    #[schema(nullable = false)]
    pub(super) token: Option<String>,
}

impl FromMembers for DeleteUser {
    fn from_members(members: &mut Members) -> Self {
        let set = |text: &String| !text.is_empty();
        Self {
            password: members.optional_string("password").filter(set),
            token: members.optional_string("token").filter(set),
        }
    }
}

/// A sign-in by a social provider.
#[derive(ToSchema)]
#[schema(as = BetterAuthSocialSignIn)]
pub(super) struct SocialSignIn {
    /// The provider.
    #[expect(dead_code, reason = "no provider is known")]
    pub(super) provider: String,
}

impl FromMembers for SocialSignIn {
    fn from_members(members: &mut Members) -> Self {
        Self { provider: members.string("provider") }
    }
}

/// A body without members that matter.
pub(super) struct Ignored;

impl FromMembers for Ignored {
    fn from_members(_: &mut Members) -> Self {
        Self
    }
}

/// Reads a target that the response or a mail leads to.
pub(super) fn callback_url(members: &mut Members) -> Option<String> {
    members.optional_string("callbackURL").filter(|url| !url.is_empty())
}

/// Reads a valid email address.
pub(super) fn email(members: &mut Members, name: &str) -> String {
    members.checked_string(name, |email| (!is_email_address(email)).then_some("Invalid email address"))
}
