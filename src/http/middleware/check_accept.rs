//! Content negotiation: rejects a request whose `Accept` matches no response of the operation (RFC 9110 §12.5.1).

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, Quality, QualityItem},
    middleware::Next,
    web::Data,
};
use mime::Mime;

use crate::http::{
    operations::{MediaTypes, Operations},
    problem::{Kind, Problem},
};

/// Returns 406 if `Accept` excludes every response of the operation. An operation without a response body accepts all.
pub(crate) async fn check_accept(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    if is_acceptable(&request) {
        next.call(request).await.map(ServiceResponse::map_into_left_body)
    } else {
        Ok(request.error_response(Problem::new(Kind::NotAcceptable)).map_into_right_body())
    }
}

fn is_acceptable(request: &ServiceRequest) -> bool {
    let Some(ranges) = media_ranges(request.headers()) else { return true };
    let operations = request.app_data::<Data<Operations>>();
    let media_types =
        operations.and_then(|operations| operations.media_types(request.match_info().as_str(), request.method()));
    media_types.is_none_or(|media_types| accepts_any(&ranges, media_types))
}

/// The media ranges of `Accept`; none if it is absent, empty or malformed.
fn media_ranges(headers: &HeaderMap) -> Option<Vec<QualityItem<Mime>>> {
    let mut ranges = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().ok()?.split(',').map(str::trim).filter(|range| !range.is_empty()) {
            ranges.push(range.parse().ok()?);
        }
    }
    Some(ranges).filter(|ranges| !ranges.is_empty())
}

/// Clients that name only the media type of errors are served too, unless they exclude that of the success by `q=0`.
fn accepts_any(ranges: &[QualityItem<Mime>], media_types: &MediaTypes) -> bool {
    let is_excluded = |media_type: &String| accepts(ranges, media_type) == Some(false);
    media_types.success.is_empty()
        || !media_types.success.iter().all(is_excluded)
            && media_types.all.iter().any(|media_type| accepts(ranges, media_type) == Some(true))
}

/// Whether the most specific range that matches `media_type` accepts it; none if no range matches.
fn accepts(ranges: &[QualityItem<Mime>], media_type: &str) -> Option<bool> {
    let matching = ranges.iter().filter_map(|range| {
        let specificity = specificity(&range.item, media_type)?;
        Some((specificity, range.quality != Quality::ZERO))
    });
    matching.max().map(|(_, is_accepted)| is_accepted)
}

fn specificity(range: &Mime, media_type: &str) -> Option<u8> {
    match (range.type_(), range.subtype()) {
        (mime::STAR, mime::STAR) => Some(0),
        (kind, mime::STAR) => media_type.strip_prefix(kind.as_str())?.starts_with('/').then_some(1),
        _ => (range.essence_str() == media_type).then_some(2),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn is_accepted(accept: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        let (json, problem) = ("application/json".to_owned(), "application/problem+json".to_owned());
        let media_types = MediaTypes { success: [json.clone()].into(), all: [json, problem].into() };
        media_ranges(&headers).is_none_or(|ranges| accepts_any(&ranges, &media_types))
    }

    #[test]
    fn ranges_that_match_a_response_are_accepted() {
        for accept in [
            "*/*",
            "application/json",
            "APPLICATION/JSON;charset=utf-8",
            "application/*",
            "text/html, */*;q=0.1",
            "application/problem+json",
            "application/problem+json, application/json;q=0.1",
            "application/json, */*;q=0",
            "",
            "nonsense",
        ] {
            assert!(is_accepted(accept), "{accept}");
        }
    }

    #[test]
    fn ranges_that_exclude_the_response_are_rejected() {
        for accept in [
            "text/html",
            "application/json;q=0",
            "application/json;q=0, */*",
            "application/json;q=0, application/problem+json",
            "application/*;q=0",
            "image/*, text/plain",
            "app/*",
        ] {
            assert!(!is_accepted(accept), "{accept}");
        }
    }
}
