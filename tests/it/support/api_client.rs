//! Somebody who calls the service, in the words of the contract.

use reqwest::{Client, ClientBuilder, Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;

/// Words of parsers, databases and backtraces, none of which are for a caller's eyes.
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

/// A caller with or without a token.
#[derive(Clone)]
pub(crate) struct ApiClient {
    client: Client,
    base: String,
    name: String,
    token: Option<String>,
}

/// A client that does not read the system's certificates, which would cost each test some 20 ms.
pub(crate) fn without_tls() -> ClientBuilder {
    Client::builder().tls_certs_only([]).no_proxy()
}

/// What the service answered.
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

    /// A request to be added to, with the caller's token in it.
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

    /// Creates a task of this title and returns it.
    pub(crate) async fn creates_a_task(&self, title: &str) -> Value {
        self.creates(json!({ "title": title })).await
    }

    /// Creates a task and returns it.
    pub(crate) async fn creates(&self, task: Value) -> Value {
        self.post("/api/tasks", task).await.is(201).json()
    }

    /// The titles of all tasks that a list has, page by page; `query` as in `sort=title&limit=2`.
    pub(crate) async fn titles(&self, query: &str) -> Vec<String> {
        let pages = self.pages(query).await;
        pages.iter().flatten().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
    }

    /// All pages of a list, by its cursors.
    pub(crate) async fn pages(&self, query: &str) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut path = format!("/api/tasks?{query}");
        loop {
            let page = self.get(&path).await.is(200).json();
            pages.push(page["items"].as_array().unwrap().clone());
            assert!(pages.len() < 1_000, "{} pages through {query} without end", self.name);
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/tasks?{query}&cursor={cursor}"),
                None => return pages,
            }
        }
    }

    /// Asks until the response has this status.
    pub(crate) async fn eventually_gets(&self, path: &str, status: u16) -> ApiResponse {
        let begun = std::time::Instant::now();
        loop {
            let response = self.get(path).await;
            if response.status.as_u16() == status {
                return response;
            }
            assert!(begun.elapsed().as_secs() < 20, "{path} never comes to {status}: {}", response.text);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// The task is there for this caller, as it was.
    pub(crate) async fn sees(&self, task: &Value) {
        let seen = self.get(&format!("/api/tasks/{}", id(task))).await.is(200).json();
        assert_eq!(&seen, task, "{} sees another task", self.name);
    }

    /// The task is not there for this caller, alone or in the list.
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

    /// Demands a status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Demands a problem of this kind, whole: type, title, status, detail, instance, and nothing that tells of insides.
    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "it reads as a demand, and goes on with the response")]
    pub(crate) fn is_problem(self, status: u16, slug: &str) -> Self {
        let response = self.is(status);
        assert_eq!(response.header("content-type"), Some("application/problem+json"));
        let problem = response.json();
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["instance"].as_str(), response.header("x-request-id"));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        for inside in INTERNAL_TERMS {
            assert!(!response.text.contains(inside), "it tells of {inside:?}: {problem}");
        }
        response
    }

    /// The same response, whatever the request is called and whenever it was asked.
    #[track_caller]
    pub(crate) fn is_same_as(&self, other: &Self) {
        let lasting = |response: &Self| {
            let mut headers = response.headers.clone();
            headers.remove("date");
            let named = headers.remove("x-request-id").expect("a request id");
            // a set, whose order is each worker's own
            headers.remove("access-control-expose-headers");
            (response.status, headers, response.text.replace(named.to_str().unwrap(), ""))
        };
        assert_eq!(lasting(self), lasting(other));
    }

    /// Demands that no credential came, or that a bad one did (RFC 6750 §3).
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

    /// Demands that nobody can tell now whether the token is good.
    #[track_caller]
    pub(crate) fn reports_keys_unavailable(self) -> Self {
        let response = self.is_problem(503, "unavailable");
        let seconds: u64 = response.header("retry-after").expect("when to try again").parse().unwrap();
        assert!((1..=3_600).contains(&seconds), "{seconds}");
        response
    }

    /// The pointers of a 422, in order.
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

/// The id of a task as JSON.
pub(crate) fn id(task: &Value) -> &str {
    task["id"].as_str().unwrap()
}
