//! Accounts: a user's own, and sign-up, log-in and refresh for clients that are not authenticated yet.

mod credential_row;
mod delete;
mod log_in;
mod password;
mod profile;
mod refresh;
mod sign_up;
mod store;
mod user_account;
mod user_row;

pub use self::{
    log_in::Credential,
    password::PasswordChange,
    profile::Profile,
    refresh::{RefreshExchange, RefreshOutcome},
    sign_up::{NewAccount, SignUpOutcome},
    store::{AccountStore, UserSession},
    user_account::Account,
};
