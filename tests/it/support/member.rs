//! Somebody with an account of the service's own, and the tokens that they were given last.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Caller, better_auth::part};

/// The service has accounts, though there is a secret that a front end may share.
pub(crate) const ACCOUNTS: (&str, &str) = ("ACCOUNTS", "on");

const TASKS: &str = "/api/tasks";

/// Somebody who is signed in, as the caller that the access token makes of them.
pub(crate) struct Member {
    caller: Caller,
    given: Value,
}

pub(crate) fn email(name: &str) -> String {
    format!("{name}@example.com")
}

pub(crate) fn password(name: &str) -> String {
    format!("the password of {name}")
}

impl Caller {
    pub(crate) async fn tries_to_sign_up(&self, name: &str) -> Answer {
        let account = json!({"name": name, "email": email(name), "password": password(name)});
        self.post("/api/auth/signup", account).await
    }

    pub(crate) async fn signs_up(&self, name: &str) -> Member {
        self.is_given(self.tries_to_sign_up(name).await.is(201))
    }

    pub(crate) async fn tries_to_log_in(&self, email: &str, password: &str) -> Answer {
        self.post("/api/auth/login", json!({"email": email, "password": password})).await
    }

    pub(crate) async fn logs_in(&self, name: &str) -> Member {
        self.logs_in_with(name, &password(name)).await
    }

    pub(crate) async fn logs_in_with(&self, name: &str, password: &str) -> Member {
        self.is_given(self.tries_to_log_in(&email(name), password).await.is(200))
    }

    /// Presents a refresh token.
    pub(crate) async fn presents(&self, refresh_token: &str) -> Answer {
        self.post("/api/auth/refresh", json!({"refresh_token": refresh_token})).await
    }

    pub(crate) async fn logs_out(&self) -> Answer {
        Answer::to(self.request(Method::POST, "/api/auth/logout")).await
    }

    pub(crate) async fn is_let_in(&self) {
        self.get(TASKS).await.is(200);
    }

    /// By every worker, of which there are two.
    pub(crate) async fn is_refused(&self) {
        for _ in 0..4 {
            self.get(TASKS).await.refuses_the_token();
        }
    }

    /// Is refused in the end, within a second; says after how long.
    pub(crate) async fn is_refused_soon(&self) -> Duration {
        let begun = Instant::now();
        while self.get(TASKS).await.status == 200 {
            assert!(begun.elapsed() < Duration::from_secs(1), "{} is let in for more than a second", self.name());
        }
        let after = begun.elapsed();
        self.is_refused().await;
        after
    }

    /// Whoever the tokens of this answer make of this caller.
    pub(crate) fn is_given(&self, answer: Answer) -> Member {
        let Answer { text, .. } = answer;
        let given: Value = serde_json::from_str(&text).unwrap();
        Member { caller: self.with(given["access_token"].as_str().unwrap()), given }
    }
}

impl Member {
    pub(crate) fn access_token(&self) -> &str {
        self.given["access_token"].as_str().unwrap()
    }

    pub(crate) fn refresh_token(&self) -> &str {
        self.given["refresh_token"].as_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.given["user"]["id"].as_str().unwrap()
    }

    /// All that was answered.
    pub(crate) fn given(&self) -> &Value {
        &self.given
    }

    pub(crate) fn claims(&self) -> Value {
        part(self.access_token(), 1)
    }

    /// The id of the session.
    pub(crate) fn session(&self) -> String {
        self.claims()["sid"].as_str().unwrap().to_owned()
    }

    /// The same member with a new pair of tokens.
    pub(crate) async fn goes_on(&self) -> Self {
        self.caller.is_given(self.caller.presents(self.refresh_token()).await.is(200))
    }

    /// The session has ended: neither token is good for anything.
    pub(crate) async fn is_signed_out(&self) {
        self.is_refused().await;
        self.caller.presents(self.refresh_token()).await.refuses_to_renew();
    }

    /// Waits until the session has ended.
    pub(crate) async fn is_signed_out_in_the_end(&self) {
        self.gets_in_the_end(TASKS, 401).await;
        self.is_signed_out().await;
    }

    pub(crate) async fn is_still_signed_in(&self) {
        self.is_let_in().await;
        self.goes_on().await.is_let_in().await;
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn refuses_to_renew(self) -> Self {
        self.challenges("Bearer", "The refresh token is not valid.")
    }

    #[track_caller]
    pub(crate) fn refuses_to_log_in(self) -> Self {
        self.challenges("Bearer", "The e-mail address or the password is wrong.")
    }
}

impl Deref for Member {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}
