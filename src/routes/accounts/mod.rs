//! The HTTP of who the caller is, and of own accounts and sessions. Of a bearer token a handler sees at most the hash.

mod arriving;
mod desk;
mod dto;
mod input;
mod leaving;
mod own;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::desk::Desk;

pub(crate) fn me(config: &mut ServiceConfig<'_>) {
    config.service(own::me);
}

pub(crate) fn log_out(config: &mut ServiceConfig<'_>) {
    config.service(leaving::log_out);
}

/// `me`, of an account that can be closed here.
pub(crate) fn own_account(config: &mut ServiceConfig<'_>) {
    config.service(own::me).service(own::close);
}

pub(crate) fn password(config: &mut ServiceConfig<'_>) {
    config.service(own::change_password);
}

pub(crate) fn sessions(config: &mut ServiceConfig<'_>) {
    config.service(leaving::list).service(leaving::end_all).service(leaving::end);
}

pub(crate) fn sign_up(config: &mut ServiceConfig<'_>) {
    config.service(arriving::sign_up);
}

pub(crate) fn log_in(config: &mut ServiceConfig<'_>) {
    config.service(arriving::log_in);
}

pub(crate) fn refresh(config: &mut ServiceConfig<'_>) {
    config.service(arriving::refresh);
}
