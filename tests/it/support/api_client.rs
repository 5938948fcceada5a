//! An HTTP client of the service, and assertions on its responses.

use reqwest::{Client, ClientBuilder, Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;

/// Terms of parsers, databases and backtraces that no response may contain.
const INTERNAL_TERMS: [&str; 14] = [
    " column ",
    "line 1",
    "::",
    ".rs",
    "serde",
    "sqlx",
    "SQL",
    "Option<",
    "Error(",
    "struct ",
    "invalid type",
    "SELECT",
    "panicked",
    "jsonwebtoken",
];

/// A client with or without a bearer token.
#[derive(Clone)]
pub(crate) struct ApiClient {
    client: Client,
    base: String,
    name: String,
    token: Option<String>,
}

/// Builds a client that does not load the system's certificates, which takes about 20 ms a test.
pub(crate) fn without_tls() -> ClientBuilder {
    Client::builder().tls_certs_only([]).no_proxy()
}

/// A response of the service, read to its end.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl ApiClient {
    pub(crate) fn new(base: &str, name: &str, token: Option<String>) -> Self {
        Self { client: without_tls().build().unwrap(), base: base.into(), name: name.into(), token }
    }

    /// The same client, with this token.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    pub(crate) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Starts a request that carries the token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> ApiResponse {
        ApiResponse::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> ApiResponse {
        ApiResponse::to(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> ApiResponse {
        ApiResponse::to(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> ApiResponse {
        ApiResponse::to(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> ApiResponse {
        ApiResponse::to(self.request(Method::DELETE, path)).await
    }

    /// Creates a task with this title and returns it.
    pub(crate) async fn creates_a_task(&self, title: &str) -> Value {
        self.creates(json!({ "title": title })).await
    }

    /// Creates a task and returns it.
    pub(crate) async fn creates(&self, task: Value) -> Value {
        self.post("/api/tasks", task).await.is(201).json()
    }

    /// The titles of all listed tasks, over all pages; `query` is like `sort=title&limit=2`.
    pub(crate) async fn titles(&self, query: &str) -> Vec<String> {
        let pages = self.pages(query).await;
        pages.iter().flatten().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
    }

    /// All pages of a list.
    pub(crate) async fn pages(&self, query: &str) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut path = format!("/api/tasks?{query}");
        loop {
            let page = self.get(&path).await.is(200).json();
            pages.push(page["items"].as_array().unwrap().clone());
            assert!(pages.len() < 1_000, "{} pages for {query}, and more follow", self.name);
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/tasks?{query}&cursor={cursor}"),
                None => return pages,
            }
        }
    }

    /// Repeats the request until the response has this status.
    pub(crate) async fn eventually_gets(&self, path: &str, status: u16) -> ApiResponse {
        let begun = std::time::Instant::now();
        loop {
            let response = self.get(path).await;
            if response.status.as_u16() == status {
                return response;
            }
            assert!(begun.elapsed().as_secs() < 20, "{path} does not reach {status}: {}", response.text);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Asserts that this user can read the task, unchanged.
    pub(crate) async fn sees(&self, task: &Value) {
        let seen = self.get(&format!("/api/tasks/{}", id(task))).await.is(200).json();
        assert_eq!(&seen, task, "{} sees another task", self.name);
    }

    /// Asserts that this user can neither read nor list the task.
    pub(crate) async fn cannot_see(&self, task: &Value) {
        self.get(&format!("/api/tasks/{}", id(task))).await.is(404);
        let listed = self.pages("limit=100").await.into_iter().flatten().any(|listed| listed["id"] == task["id"]);
        assert!(!listed, "{} sees a task in the list", self.name);
    }
}

impl ApiResponse {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("a response");
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("a body in UTF-8") }
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
        self.challenges("Bearer", "A bearer token is needed.")
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

/// The id of a task.
pub(crate) fn id(task: &Value) -> &str {
    task["id"].as_str().unwrap()
}
