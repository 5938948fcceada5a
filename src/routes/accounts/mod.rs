//! Accounts, sessions and the authenticated user: one file an endpoint.

mod anonymous_client;
pub(super) mod log_in;
pub(super) mod log_out;
pub(super) mod me;
pub(super) mod password;
pub(super) mod refresh;
mod request;
mod response;
mod services;
pub(super) mod sessions;
pub(super) mod sign_up;
mod validation;
mod verification_mail;

pub(crate) use self::services::AccountServices;
pub(super) use self::{
    anonymous_client::AnonymousClient, validation::is_address as is_email_address, verification_mail::VerificationMail,
};
