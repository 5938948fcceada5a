//! Counts requests and measures their time. All other middleware is inside, except that of traces.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use crate::{http::operations::Operations, telemetry::metrics::RequestMetrics};

/// Measures a request by the operation that its path and method have in the contract, also if it is rejected before routing.
pub(crate) async fn measure_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let operations = request.app_data::<Data<Operations>>();
    let operation = operations.and_then(|operations| operations.id(request.match_info().as_str(), request.method()));
    let metrics = RequestMetrics::start(operation);
    let result = next.call(request).await;
    metrics.finish(match &result {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    });
    result
}
