//! A user with an account of the service, and the tokens that the last response returned.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use super::{ApiClient, ApiResponse, SOON, better_auth::jwt_part};

/// Enables accounts beside a shared secret.
pub(crate) const ACCOUNTS: (&str, &str) = ("ACCOUNTS", "on");

const TASKS: &str = "/api/tasks";

/// A signed-in user; dereferences to a client with the access token.
pub(crate) struct SignedInUser {
    client: ApiClient,
    token_response: Value,
}

pub(crate) fn email(name: &str) -> String {
    format!("{name}@example.com")
}

pub(crate) fn password(name: &str) -> String {
    format!("the password of {name}")
}

impl ApiClient {
    pub(crate) async fn tries_to_sign_up(&self, name: &str) -> ApiResponse {
        let account = json!({"name": name, "email": email(name), "password": password(name)});
        self.post("/api/auth/signup", account).await
    }

    pub(crate) async fn signs_up(&self, name: &str) -> SignedInUser {
        self.signed_in_by(self.tries_to_sign_up(name).await.is(201))
    }

    pub(crate) async fn tries_to_log_in(&self, email: &str, password: &str) -> ApiResponse {
        self.post("/api/auth/login", json!({"email": email, "password": password})).await
    }

    pub(crate) async fn logs_in(&self, name: &str) -> SignedInUser {
        self.logs_in_with(name, &password(name)).await
    }

    pub(crate) async fn logs_in_with(&self, name: &str, password: &str) -> SignedInUser {
        self.signed_in_by(self.tries_to_log_in(&email(name), password).await.is(200))
    }

    /// Sends a refresh token.
    pub(crate) async fn refreshes_with(&self, refresh_token: &str) -> ApiResponse {
        self.post("/api/auth/refresh", json!({"refresh_token": refresh_token})).await
    }

    pub(crate) async fn logs_out(&self) -> ApiResponse {
        ApiResponse::to(self.request(Method::POST, "/api/auth/logout")).await
    }

    /// Asserts that the token is accepted.
    pub(crate) async fn is_accepted(&self) {
        self.get(TASKS).await.is(200);
    }

    /// Asserts that the token is rejected, by both workers.
    pub(crate) async fn is_rejected(&self) {
        for _ in 0..4 {
            self.get(TASKS).await.rejects_the_token();
        }
    }

    /// Waits until the token is rejected, at most a second; returns the delay.
    pub(crate) async fn is_rejected_soon(&self) -> Duration {
        let started = Instant::now();
        while self.get(TASKS).await.status == 200 {
            assert!(started.elapsed() < SOON, "{} is still accepted", self.name());
        }
        let after = started.elapsed();
        self.is_rejected().await;
        after
    }

    /// The user that this response signs in.
    pub(crate) fn signed_in_by(&self, response: ApiResponse) -> SignedInUser {
        let ApiResponse { text, .. } = response;
        let token_response: Value = serde_json::from_str(&text).unwrap();
        SignedInUser { client: self.with(token_response["access_token"].as_str().unwrap()), token_response }
    }
}

impl SignedInUser {
    pub(crate) fn access_token(&self) -> &str {
        self.token_response["access_token"].as_str().unwrap()
    }

    pub(crate) fn refresh_token(&self) -> &str {
        self.token_response["refresh_token"].as_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.token_response["user"]["id"].as_str().unwrap()
    }

    /// The whole token response.
    pub(crate) fn token_response(&self) -> &Value {
        &self.token_response
    }

    pub(crate) fn claims(&self) -> Value {
        jwt_part(self.access_token(), 1)
    }

    /// The id of the session.
    pub(crate) fn session_id(&self) -> String {
        self.claims()["sid"].as_str().unwrap().to_owned()
    }

    /// Refreshes; returns the same user with the new tokens.
    pub(crate) async fn refreshes(&self) -> Self {
        self.client.signed_in_by(self.client.refreshes_with(self.refresh_token()).await.is(200))
    }

    /// Asserts that both tokens are rejected.
    pub(crate) async fn is_signed_out(&self) {
        self.is_rejected().await;
        self.client.refreshes_with(self.refresh_token()).await.rejects_the_refresh_token();
    }

    /// Waits until both tokens are rejected.
    pub(crate) async fn is_eventually_signed_out(&self) {
        self.eventually_gets(TASKS, 401).await;
        self.is_signed_out().await;
    }

    /// Asserts that both tokens are accepted.
    pub(crate) async fn is_still_signed_in(&self) {
        self.is_accepted().await;
        self.refreshes().await.is_accepted().await;
    }
}

impl ApiResponse {
    #[track_caller]
    pub(crate) fn rejects_the_refresh_token(self) -> Self {
        self.challenges("Bearer", "The refresh token is not valid.")
    }

    #[track_caller]
    pub(crate) fn rejects_the_log_in(self) -> Self {
        self.challenges("Bearer", "The email address or the password is incorrect.")
    }
}

impl Deref for SignedInUser {
    type Target = ApiClient;

    fn deref(&self) -> &ApiClient {
        &self.client
    }
}
