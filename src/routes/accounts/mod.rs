//! Accounts, sessions and the authenticated user: one file an endpoint.

mod anonymous_client;
mod log_in;
mod log_out;
mod me;
mod password;
mod refresh;
mod request;
mod response;
mod services;
mod sessions;
mod sign_up;
mod validation;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::services::AccountServices;

pub(crate) fn me(config: &mut ServiceConfig<'_>) {
    config.service(me::get);
}

pub(crate) fn log_out(config: &mut ServiceConfig<'_>) {
    config.service(log_out::log_out);
}

/// `me` of an account that can be deleted.
pub(crate) fn own_account(config: &mut ServiceConfig<'_>) {
    config.service(me::get).service(me::delete);
}

pub(crate) fn password(config: &mut ServiceConfig<'_>) {
    config.service(password::change);
}

pub(crate) fn sessions(config: &mut ServiceConfig<'_>) {
    config.service(sessions::list).service(sessions::revoke_all).service(sessions::revoke);
}

pub(crate) fn sign_up(config: &mut ServiceConfig<'_>) {
    config.service(sign_up::sign_up);
}

pub(crate) fn log_in(config: &mut ServiceConfig<'_>) {
    config.service(log_in::log_in);
}

pub(crate) fn refresh(config: &mut ServiceConfig<'_>) {
    config.service(refresh::refresh);
}
