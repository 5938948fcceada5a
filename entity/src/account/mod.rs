//! Accounts: a user's own, and sign-up, log-in and refresh for clients that are not authenticated yet.

mod credential_row;
mod delete;
mod linked_account;
mod log_in;
mod password;
mod profile;
mod profile_update;
mod refresh;
mod session_user;
mod sign_up;
mod store;
mod user_account;
mod user_row;

pub use self::{
    linked_account::LinkedAccount,
    log_in::Credential,
    password::{PasswordChange, PasswordChangeOutcome, SessionsAfterChange},
    profile::Profile,
    profile_update::ProfileUpdate,
    refresh::{RefreshExchange, RefreshOutcome},
    session_user::SessionUser,
    sign_up::{NewAccount, SignUpOutcome},
    store::{AccountStore, UserSession},
    user_account::Account,
};
