//! The HTTP of who the caller is.

mod dto;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations, served and described.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::me);
}
