//! The HTTP of tasks: one set of handlers, mounted under each prefix.

mod dto;
mod id;
mod query;
mod routes;
mod rules;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations, served and described.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::list)
        .service(routes::create)
        .service(routes::get)
        .service(routes::replace)
        .service(routes::update)
        .service(routes::complete)
        .service(routes::delete);
}

/// The same operations for an alias, which the contract names but does not describe again.
pub(crate) fn alias(config: &mut web::ServiceConfig) {
    configure(&mut ServiceConfig::new(config));
}
