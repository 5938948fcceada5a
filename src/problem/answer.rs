//! The two middlewares that make every error a problem.

use std::panic::AssertUnwindSafe;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
};
use futures_util::FutureExt;

use super::{Kind, Problem};
use crate::request_id::{RequestId, X_REQUEST_ID};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What every answer says unless its handler knows better: it is this user's, and it is no page.
const DEFAULTS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];

/// Names the request and makes every error a problem in that name.
pub(crate) async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    match next.call(request).await {
        Ok(response) => {
            let (request, response) = response.map_into_boxed_body().into_parts();
            Ok(ServiceResponse::new(request, finished(response, &id)))
        }
        Err(error) => {
            let cause = error.to_string();
            Err(InternalError::from_response(cause, finished(HttpResponse::from_error(error), &id)).into())
        }
    }
}

/// A handler that panics costs its own request a 500, and nobody else anything.
pub(crate) async fn survive(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => Err(Problem::new(Kind::Internal).because("a handler panicked").into()),
    }
}

fn finished(response: HttpResponse, id: &RequestId) -> HttpResponse {
    let mut response = as_problem(response, id);
    let headers = response.headers_mut();
    for (name, value) in &DEFAULTS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static(X_REQUEST_ID), value);
    }
    response
}

fn as_problem(response: HttpResponse, id: &RequestId) -> HttpResponse {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let told = response.error().and_then(|error| error.as_error::<Problem>());
    let json = match told {
        Some(problem) => serde_json::to_vec(&problem.body(id.as_str())),
        None => serde_json::to_vec(&Problem::new(Kind::of(status)).body(id.as_str())),
    };
    let mut response = response.set_body(BoxBody::new(json.unwrap_or_default()));
    describe_body(response.headers_mut());
    response
}

fn describe_body(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        body::to_bytes,
        dev::Service,
        middleware::from_fn,
        test::{TestRequest, init_service},
        web,
    };
    use serde_json::{Value, json};

    use super::*;

    #[actix_web::test]
    async fn a_panic_costs_its_own_request_a_problem_and_nobody_else_anything() {
        let panics = web::get().to(async || -> HttpResponse { panic!("a secret of the handler's") });
        let lives = web::get().to(async || "well");
        let app = App::new().wrap(from_fn(survive)).wrap(from_fn(answer)).route("/", panics).route("/well", lives);
        let app = init_service(app).await;

        let request = TestRequest::get().insert_header((X_REQUEST_ID, "of-ann")).to_request();
        let Err(error) = app.call(request).await else { panic!("an error is passed on for the log") };
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers().get(header::CONTENT_TYPE), Some(&PROBLEM_JSON));
        assert_eq!(response.headers().get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert_eq!(response.headers().get(X_REQUEST_ID).unwrap(), "of-ann");
        let body = to_bytes(response.into_body()).await.unwrap_or_default();
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            json!({
                "type": "/problems/internal-error", "title": "Internal error", "status": 500, "instance": "of-ann",
                "detail": "Something went wrong here; the log knows more under this request's id.",
            })
        );

        let response = app.call(TestRequest::get().uri("/well").to_request()).await.unwrap();
        assert_eq!(response.status(), 200);
    }

    #[actix_web::test]
    async fn an_error_of_the_frameworks_own_is_told_in_our_words() {
        let fails = web::get().to(async || Err::<HttpResponse, _>(std::io::Error::other("/var/lib/secret")));
        let app = init_service(App::new().wrap(from_fn(answer)).route("/", fails)).await;
        let response = app.call(TestRequest::get().to_request()).await.unwrap();
        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body()).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["type"], "/problems/internal-error");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}
