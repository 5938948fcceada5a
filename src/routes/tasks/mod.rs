//! Tasks: one set of handlers under each prefix.

mod handlers;
mod list_params;
mod request;
mod response;
mod task_id_path;
mod validation;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list)
        .service(handlers::create)
        .service(handlers::get)
        .service(handlers::replace)
        .service(handlers::update)
        .service(handlers::complete)
        .service(handlers::delete);
}

/// Registers the operations of an alias, without adding them to the contract.
pub(crate) fn alias(config: &mut web::ServiceConfig) {
    configure(&mut ServiceConfig::new(config));
}
