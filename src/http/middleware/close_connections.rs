//! Closes connections during shutdown.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::ConnectionType,
    middleware::Next,
    web::Data,
};
use tokio_util::sync::CancellationToken;

/// Sends `Connection: close` once shutdown has started, also with responses to earlier requests, so that clients connect to
/// another replica.
pub(crate) async fn close_connections(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let shutdown = request.app_data::<Data<CancellationToken>>().cloned();
    let mut response = next.call(request).await?;
    if shutdown.is_some_and(|shutdown| shutdown.is_cancelled()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}
