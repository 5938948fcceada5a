//! Somebody who is signed in at Better Auth, with the cookies of a browser.

use std::collections::BTreeMap;

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};

use super::super::{Answer, without_tls};

/// One session of a user.
pub(crate) struct SignedIn {
    client: Client,
    base: String,
    origin: String,
    cookies: BTreeMap<String, String>,
    user: Value,
}

impl SignedIn {
    /// Signs up or in, by `path` and `body`. Pages of `origin` are its own.
    pub(super) async fn by(path: &str, body: Value, base: &str, origin: &str) -> Self {
        let (base, origin) = (base.to_owned(), origin.to_owned());
        let mut nobody =
            Self { client: without_tls().build().unwrap(), base, origin, cookies: BTreeMap::new(), user: Value::Null };
        let answer = nobody.post(path, body).await.is(200);
        nobody.cookies = cookies_of(&answer.headers);
        nobody.user = answer.json()["user"].take();
        nobody
    }

    /// The user's id, of Better Auth's own making.
    pub(crate) fn id(&self) -> &str {
        self.user["id"].as_str().unwrap()
    }

    /// What `authClient.token()` fetches.
    pub(crate) async fn token(&self) -> String {
        self.get("/api/auth/token").await.is(200).json()["token"].as_str().unwrap().to_owned()
    }

    /// The value of the cookie whose name ends so, as it stands.
    pub(crate) fn cookie(&self, name: &str) -> &str {
        let found = self.cookies.iter().find(|(cookie, _)| cookie.ends_with(name));
        found.unwrap_or_else(|| panic!("no cookie {name} in {:?}", self.cookies.keys())).1
    }

    pub(crate) async fn signs_out(&self) {
        self.post("/api/auth/sign-out", json!({})).await.is(200);
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.request(method, format!("{}{path}", self.base)).header("origin", &self.origin);
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
