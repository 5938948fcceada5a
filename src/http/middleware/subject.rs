//! The user of a response, for the log and for traces.

use actix_web::{HttpMessage, dev::ServiceResponse};

use crate::telemetry::SubjectFingerprint;

/// Returns the user that the request was authenticated as, or whose account or session the response is about.
pub(super) fn subject<B>(response: &ServiceResponse<B>) -> Option<SubjectFingerprint> {
    let request_extensions = response.request().extensions();
    let subject = request_extensions.get::<SubjectFingerprint>().copied();
    subject.or_else(|| response.response().extensions().get().copied())
}
