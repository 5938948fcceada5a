//! Content negotiation: answers are JSON, whoever can't take it is told so.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, QualityItem},
    middleware::Next,
};

use crate::http::problem::{Kind, Problem};

/// Refuses a request whose `Accept` leaves out JSON (RFC 9110 §12.5.1).
pub(crate) async fn accepts_json(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::EitherBody<impl MessageBody>>, Error> {
    if takes_json(request.headers()) {
        next.call(request).await.map(ServiceResponse::map_into_left_body)
    } else {
        let problem = Problem::new(Kind::NotAcceptable);
        Ok(request.error_response(problem).map_into_right_body())
    }
}

/// The most specific range decides; no `Accept`, an empty one, or one that can't be read, is no wish.
fn takes_json(headers: &HeaderMap) -> bool {
    let (mut is_wish, mut wished) = (false, [None; 3]);
    for value in headers.get_all(header::ACCEPT) {
        let Ok(text) = value.to_str() else { return true };
        for range in text.split(',').filter(|range| !range.trim().is_empty()) {
            let Ok(item) = range.trim().parse::<QualityItem<mime::Mime>>() else { return true };
            is_wish = true;
            let rank = match (item.item.type_().as_str(), item.item.subtype().as_str()) {
                ("application", "json") => 0,
                ("application", "*") => 1,
                ("*", "*") => 2,
                _ => continue,
            };
            if let Some(wish) = wished.get_mut(rank) {
                *wish = Some(wish.unwrap_or(false) || item.quality != header::Quality::ZERO);
            }
        }
    }
    wished.into_iter().flatten().next().unwrap_or(!is_wish)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn takes(accept: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        takes_json(&headers)
    }

    #[test]
    fn ranges_that_hold_json_are_served() {
        for accept in ["*/*", "application/json", "application/*", "text/html, */*;q=0.1", "", "nonsense"] {
            assert!(takes(accept), "{accept}");
        }
    }

    #[test]
    fn ranges_without_json_are_refused() {
        for accept in [
            "text/html",
            "application/json;q=0",
            "application/json;q=0, */*",
            "image/*, text/plain",
            "application/problem+json",
        ] {
            assert!(!takes(accept), "{accept}");
        }
    }
}
