//! A user of Better Auth with the cookies of a browser.

use std::{collections::BTreeMap, time::Duration};

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap, redirect::Policy};
use serde_json::{Value, json};

use super::super::{ApiResponse, without_tls};

/// Some faults leave a request of its without a response.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// One session of a user.
pub(crate) struct BetterAuthUser {
    client: Client,
    base: String,
    origin: String,
    cookies: BTreeMap<String, String>,
    bearer: Option<String>,
    user: Value,
}

impl BetterAuthUser {
    /// Signs up or in with `body` at `path`, from a page of `origin`.
    pub(crate) async fn authenticate(path: &str, body: Value, base: &str, origin: &str) -> Self {
        let mut signed_in = Self::anonymous(base, origin);
        let response = signed_in.post(path, body).await.is(200);
        signed_in.cookies = cookies_of(&response.headers);
        signed_in.user = response.json()["user"].take();
        signed_in
    }

    /// A browser without cookies, on a page of `origin`.
    pub(crate) fn anonymous(base: &str, origin: &str) -> Self {
        let (base, origin) = (base.to_owned(), origin.to_owned());
        let client = without_tls().timeout(REQUEST_TIMEOUT).redirect(Policy::none()).build().unwrap();
        Self { client, base, origin, cookies: BTreeMap::new(), bearer: None, user: Value::Null }
    }

    /// The same cookies, sent from a page of another server to that server.
    pub(crate) fn moved_to(&self, base: &str) -> Self {
        Self { cookies: self.cookies.clone(), user: self.user.clone(), ..Self::anonymous(base, base) }
    }

    pub(crate) fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn with_bearer(mut self, token: &str) -> Self {
        self.bearer = Some(token.to_owned());
        self
    }

    /// A browser on a page of another origin, with the same cookies.
    pub(crate) fn at(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }

    /// Whether Better Auth recognizes the session.
    pub(crate) async fn is_known(&self) -> bool {
        self.get("/api/auth/get-session").await.is(200).json() != Value::Null
    }

    /// The user id that Better Auth assigned.
    pub(crate) fn id(&self) -> &str {
        self.user["id"].as_str().unwrap()
    }

    pub(crate) fn user(&self) -> &Value {
        &self.user
    }

    /// The JWT that `authClient.token()` fetches.
    pub(crate) async fn token(&self) -> String {
        self.get("/api/auth/token").await.is(200).json()["token"].as_str().unwrap().to_owned()
    }

    /// The stored session token: the cookie without its signature.
    pub(crate) fn session_token(&self) -> &str {
        self.cookie("session_token").split('.').next().unwrap()
    }

    /// The raw value of the cookie whose name ends with `name`.
    pub(crate) fn cookie(&self, name: &str) -> &str {
        let found = self.cookies.iter().find(|(cookie, _)| cookie.ends_with(name));
        found.unwrap_or_else(|| panic!("no cookie {name} in {:?}", self.cookies.keys())).1
    }

    /// The sessions that Better Auth lists.
    pub(crate) async fn sessions(&self) -> Vec<Value> {
        self.get("/api/auth/list-sessions").await.is(200).json().as_array().unwrap().clone()
    }

    pub(crate) async fn signs_out(&self) {
        self.post("/api/auth/sign-out", json!({})).await.is(200);
    }

    pub(crate) async fn get(&self, path: &str) -> ApiResponse {
        ApiResponse::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> ApiResponse {
        ApiResponse::to(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.request(method, format!("{}{path}", self.base)).header("origin", &self.origin);
        let request = self.bearer.iter().fold(request, RequestBuilder::bearer_auth);
        if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }
    }
}

fn cookies_of(headers: &HeaderMap) -> BTreeMap<String, String> {
    let pair = |field: &str| {
        let (name, value) = field.split(';').next()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    headers.get_all("set-cookie").iter().filter_map(|field| pair(field.to_str().ok()?)).collect()
}
