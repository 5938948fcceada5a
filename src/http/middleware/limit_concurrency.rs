//! Rejects requests that the service cannot handle in time.

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use crate::http::admission::{self, AdmissionControl};

/// The paths of orchestrators and load balancers, which must see an overloaded service as running.
const EXEMPT_PREFIX: &str = "/health/";

/// Returns 503 if too many requests run and wait.
pub(crate) async fn limit_concurrency(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let control = request.app_data::<Data<AdmissionControl>>().cloned();
    let Some(control) = control.filter(|_| !request.path().starts_with(EXEMPT_PREFIX)) else {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    };
    match admission::admit(control).await {
        Ok(admission) => admission.run(next.call(request)).await.map(ServiceResponse::map_into_left_body),
        Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
    }
}
