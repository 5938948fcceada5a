//! Accounts: a user's own, and sign-up, log-in and refresh for clients that are not authenticated yet.

mod credential_row;
mod delete;
mod email_user;
mod linked_account;
mod log_in;
mod password;
mod password_reset;
mod profile;
mod profile_update;
mod refresh;
mod session_user;
mod sign_up;
mod store;
mod user_account;
mod user_row;

pub use self::{
    email_user::EmailChangeOutcome,
    linked_account::LinkedAccount,
    log_in::Credential,
    password::{PasswordChange, PasswordChangeOutcome, SessionsAfterChange},
    password_reset::PasswordResetOutcome,
    profile::Profile,
    profile_update::ProfileUpdate,
    refresh::{RefreshExchange, RefreshOutcome},
    session_user::SessionUser,
    sign_up::{NewAccount, SignUpOutcome, SignedUpUser},
    store::{AccountStore, UserSession},
    user_account::Account,
};
