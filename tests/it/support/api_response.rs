//! Responses of the service, and assertions on them.

use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::Value;

const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;

/// Terms of parsers, databases and backtraces that no response may contain.
const INTERNAL_TERMS: [&str; 16] = [
    " column ",
    "line 1",
    "::",
    ".rs",
    "serde",
    "sqlx",
    "tokio_postgres",
    "rusqlite",
    "SQL",
    "Option<",
    "Error(",
    "struct ",
    "invalid type",
    "SELECT",
    "panicked",
    "jsonwebtoken",
];

/// A response of the service, read to its end.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl ApiResponse {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        Self::read(request.send().await.expect("a response")).await
    }

    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("a body in UTF-8") }
    }

    /// The response without its body, unless it is an error.
    pub(crate) async fn to_begin_of_stream(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("a response");
        if response.status() != 200 {
            return Self::read(response).await;
        }
        Self { status: response.status(), headers: response.headers().clone(), text: String::new() }
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Asserts a complete problem document of this kind that reveals nothing internal.
    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "an assertion that returns the response for the next one")]
    pub(crate) fn is_problem(self, status: u16, slug: &str) -> Self {
        let response = self.is(status);
        assert_eq!(response.header("content-type"), Some("application/problem+json"));
        let problem = response.json();
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["instance"].as_str(), response.header("x-request-id"));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        for term in INTERNAL_TERMS {
            assert!(!response.text.contains(term), "it reveals {term:?}: {problem}");
        }
        response
    }

    /// Asserts that two responses differ in request id and date only.
    #[track_caller]
    pub(crate) fn is_same_as(&self, other: &Self) {
        let comparable = |response: &Self| {
            let mut headers = response.headers.clone();
            headers.remove("date");
            let request_id = headers.remove("x-request-id").expect("a request id");
            // a set, in an order that differs between workers
            headers.remove("access-control-expose-headers");
            (response.status, headers, response.text.replace(request_id.to_str().unwrap(), ""))
        };
        assert_eq!(comparable(self), comparable(other));
    }

    /// Asserts a 401 with this challenge (RFC 6750 §3).
    #[track_caller]
    pub(crate) fn challenges(self, challenge: &str, detail: &str) -> Self {
        let response = self.is_problem(401, "unauthorized");
        assert_eq!(response.header("www-authenticate"), Some(challenge));
        assert_eq!(response.json()["detail"], detail);
        response
    }

    #[track_caller]
    pub(crate) fn requires_a_token(self) -> Self {
        self.challenges("Bearer", "A bearer token is required.")
    }

    #[track_caller]
    pub(crate) fn rejects_the_token(self) -> Self {
        self.challenges(INVALID_TOKEN, "the token is not valid")
    }

    #[track_caller]
    pub(crate) fn reports_an_expired_token(self) -> Self {
        self.challenges(INVALID_TOKEN, "the token is expired")
    }

    /// Asserts a 503 because the key set is unavailable.
    #[track_caller]
    pub(crate) fn reports_keys_unavailable(self) -> Self {
        let response = self.is_problem(503, "unavailable");
        let seconds: u64 = response.header("retry-after").expect("a Retry-After header").parse().unwrap();
        assert!((1..=3_600).contains(&seconds), "{seconds}");
        response
    }

    /// The pointers in a 422, in order.
    #[track_caller]
    pub(crate) fn pointers(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors in {problem}"));
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
