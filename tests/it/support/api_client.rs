//! An HTTP client of the service.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Method, RequestBuilder};
use serde_json::{Value, json};

use super::ApiResponse;

/// A client with or without a bearer token.
#[derive(Clone)]
pub(crate) struct ApiClient {
    client: Client,
    base: String,
    name: String,
    token: Option<String>,
}

/// How long a client keeps an idle connection: less than the service does, which might close it just as a request is sent.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Builds a client that does not load the system's certificates, which takes about 20 ms a test.
pub(crate) fn without_tls() -> ClientBuilder {
    Client::builder().tls_certs_only([]).no_proxy().pool_idle_timeout(POOL_IDLE_TIMEOUT)
}

impl ApiClient {
    pub(crate) fn new(base: &str, name: &str, token: Option<String>) -> Self {
        Self { client: without_tls().build().unwrap(), base: base.into(), name: name.into(), token }
    }

    /// The same client, with this token.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same client of a service at this address.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.into(), ..self.clone() }
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
        let started = std::time::Instant::now();
        loop {
            let response = self.get(path).await;
            if response.status.as_u16() == status {
                return response;
            }
            assert!(started.elapsed().as_secs() < 20, "{path} does not reach {status}: {}", response.text);
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

/// The id of a task.
pub(crate) fn id(task: &Value) -> &str {
    task["id"].as_str().unwrap()
}
