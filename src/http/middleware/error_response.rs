//! Makes every error response problem details.

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use crate::http::{
    operations::Operations,
    problem::{Kind, Problem},
    request_id::{RequestId, X_REQUEST_ID},
};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// The header in which Better Auth's client looks for `Retry-After`.
const X_RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");

/// Headers of every response whose handler does not set them: no caching, no sniffing, no active content.
const DEFAULT_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::VARY, HeaderValue::from_static("Origin")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];

/// Replaces the body of every error by problem details and adds the standard headers to every response.
pub(crate) async fn error_response(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let id =
        request.extensions().get::<RequestId>().cloned().unwrap_or_else(|| RequestId::from_headers(request.headers()));
    let client = ClientKind::of(&request);
    match next.call(request).await {
        Ok(response) => {
            let (request, response) = response.map_into_boxed_body().into_parts();
            let json = problem_json(response.status(), response.error(), &id, client);
            let response = with_standard_headers(response, json, &id);
            Ok(ServiceResponse::new(request, with_client_headers(response, client)))
        }
        Err(error) => {
            let response = error.error_response();
            let json = problem_json(response.status(), Some(&error), &id, client);
            let cause =
                error.as_error::<Problem>().and_then(Problem::cause).map_or_else(|| error.to_string(), str::to_owned);
            let response = with_client_headers(with_standard_headers(response, json, &id), client);
            Err(InternalError::from_response(cause, response).into())
        }
    }
}

fn with_standard_headers(response: HttpResponse, problem: Option<Vec<u8>>, id: &RequestId) -> HttpResponse {
    let mut response = match problem {
        Some(json) => with_problem_body(response, json),
        None => response,
    };
    let headers = response.headers_mut();
    for (name, value) in &DEFAULT_HEADERS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static(X_REQUEST_ID), value);
    }
    response
}

/// What the client of a path expects besides the standard headers.
#[derive(Clone, Copy, Default)]
struct ClientKind {
    is_better_auth: bool,
    sends_cookies: bool,
}

impl ClientKind {
    fn of(request: &ServiceRequest) -> Self {
        let Some(operations) = request.app_data::<Data<Operations>>() else { return Self::default() };
        let is_better_auth = operations.is_better_auth(request.path());
        Self { is_better_auth, sends_cookies: is_better_auth || operations.takes_cookie_everywhere() }
    }
}

/// Allows a page of an allowed origin to send cookies, and tells Better Auth's client how long to wait.
fn with_client_headers(mut response: HttpResponse, client: ClientKind) -> HttpResponse {
    let headers = response.headers_mut();
    if client.sends_cookies && headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if client.is_better_auth
        && let Some(retry_after) = headers.get(header::RETRY_AFTER).cloned()
    {
        headers.insert(X_RETRY_AFTER, retry_after);
    }
    response
}

fn problem_json(status: StatusCode, error: Option<&Error>, id: &RequestId, client: ClientKind) -> Option<Vec<u8>> {
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let unknown = Problem::new(Kind::from_status(status));
    let problem = error.and_then(|error| error.as_error::<Problem>()).unwrap_or(&unknown);
    let body =
        if client.is_better_auth { problem.body_for_better_auth(id.as_str()) } else { problem.body(id.as_str()) };
    Some(serde_json::to_vec(&body).unwrap_or_default())
}

fn with_problem_body(response: HttpResponse, json: Vec<u8>) -> HttpResponse {
    let mut response = response.set_body(BoxBody::new(json));
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
    response
}

#[cfg(test)]
mod tests {
    use actix_cors::Cors;
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
    use crate::http::middleware::catch_panic;

    #[actix_web::test]
    async fn a_panic_is_a_500_of_its_own_request() {
        let panics = web::get().to(async || -> HttpResponse { panic!("a secret of the handler's") });
        let lives = web::get().to(async || "well");
        let cors = Cors::default().allowed_origin("http://localhost:3000");
        let app = App::new().wrap(from_fn(catch_panic)).wrap(cors).wrap(from_fn(error_response));
        let app = app.route("/", panics).route("/well", lives);
        let app = init_service(app).await;

        let request = TestRequest::get().insert_header((X_REQUEST_ID, "of-ann"));
        let request = request.insert_header((header::ORIGIN, "http://localhost:3000")).to_request();
        let Err(error) = app.call(request).await else { panic!("an error is passed on for the log") };
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers().get(header::CONTENT_TYPE), Some(&PROBLEM_JSON));
        assert_eq!(response.headers().get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert_eq!(response.headers().get(X_REQUEST_ID).unwrap(), "of-ann");
        assert_eq!(response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), "http://localhost:3000");
        let body = to_bytes(response.into_body()).await.unwrap_or_default();
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            json!({
                "type": "/problems/internal-error", "title": "Internal error", "status": 500, "instance": "of-ann",
                "detail": "An internal error occurred; the server log has the cause under this request id.",
            })
        );

        let response = app.call(TestRequest::get().uri("/well").to_request()).await.unwrap();
        assert_eq!(response.status(), 200);
    }

    #[actix_web::test]
    async fn an_error_of_the_framework_is_a_problem() {
        let fails = web::get().to(async || Err::<HttpResponse, _>(std::io::Error::other("/var/lib/secret")));
        let app = init_service(App::new().wrap(from_fn(error_response)).route("/", fails)).await;
        let response = app.call(TestRequest::get().to_request()).await.unwrap();
        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body()).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["type"], "/problems/internal-error");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}
