//! Somebody who signed up or in at the service itself.

use serde_json::{Value, json};

use super::{Answer, Caller, TestApp, better_auth::part};

/// One session, and its last pair of tokens.
pub(crate) struct Member {
    base: String,
    tokens: Value,
}

impl Member {
    pub(crate) async fn signs_up(app: &TestApp, email: &str, password: &str) -> Self {
        let body = json!({ "name": "Ann", "email": email, "password": password });
        Self::of(app, &app.nobody().post("/api/auth/signup", body).await.is(201))
    }

    pub(crate) async fn logs_in(app: &TestApp, email: &str, password: &str) -> Self {
        Self::of(app, &Self::tries_to_log_in(app, email, password).await.is(200))
    }

    pub(crate) async fn tries_to_log_in(app: &TestApp, email: &str, password: &str) -> Answer {
        app.nobody().post("/api/auth/login", json!({ "email": email, "password": password })).await
    }

    /// The user's id.
    pub(crate) fn id(&self) -> &str {
        self.tokens["user"]["id"].as_str().unwrap()
    }

    pub(crate) fn user(&self) -> &Value {
        &self.tokens["user"]
    }

    pub(crate) fn access_token(&self) -> &str {
        self.tokens["access_token"].as_str().unwrap()
    }

    pub(crate) fn refresh_token(&self) -> &str {
        self.tokens["refresh_token"].as_str().unwrap()
    }

    /// The id of the session.
    pub(crate) fn session(&self) -> String {
        part(self.access_token(), 1)["sid"].as_str().unwrap().to_owned()
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller::new(&self.base, "member", Some(self.access_token().to_owned()))
    }

    pub(crate) async fn refreshes(&self) -> Answer {
        let nobody = Caller::new(&self.base, "nobody", None);
        nobody.post("/api/auth/refresh", json!({ "refresh_token": self.refresh_token() })).await
    }

    /// Waits until neither token is of any use.
    pub(crate) async fn is_out_in_the_end(&self) {
        self.caller().gets_in_the_end("/api/tasks", 401).await.refuses_the_token();
        self.refreshes().await.is_problem(401, "unauthorized");
    }

    /// Both tokens are good, and a new pair is had.
    pub(crate) async fn goes_on(&mut self) {
        self.caller().get("/api/tasks").await.is(200);
        self.tokens = self.refreshes().await.is(200).json();
        self.caller().get("/api/tasks").await.is(200);
    }

    fn of(app: &TestApp, answer: &Answer) -> Self {
        Self { base: app.base().to_owned(), tokens: answer.json() }
    }
}
