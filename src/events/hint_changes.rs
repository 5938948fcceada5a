//! Tells the hub of each write.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use super::hub::EventHub;
use crate::auth::Principal;

/// Records a change of the user's tasks after each request that succeeds and is not a read.
pub(crate) async fn hint_changes(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let hub = request.app_data::<Data<EventHub>>().filter(|_| !request.method().is_safe()).cloned();
    let response = next.call(request).await?;
    if let Some(hub) = hub.filter(|_| response.status().is_success())
        && let Some(principal) = response.request().extensions().get::<Principal>()
    {
        hub.hint(principal.user_id());
    }
    Ok(response)
}
