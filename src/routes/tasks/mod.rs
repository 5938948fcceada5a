//! The HTTP of tasks: one set of handlers, mounted under each prefix.

mod handlers;
mod list_params;
mod request;
mod response;
mod task_id_path;
mod validation;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations, served and described.
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

/// The same operations for an alias, which the contract names but does not describe again.
pub(crate) fn alias(config: &mut web::ServiceConfig) {
    configure(&mut ServiceConfig::new(config));
}
