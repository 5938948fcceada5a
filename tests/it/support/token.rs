//! Tokens as a front end issues them: HS256 under the shared secret.

use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// The secret that the front end and the service share.
pub(crate) const SECRET: &str = "a-secret-of-the-tests-with-more-than-32-bytes";

/// A token that is not signed yet.
#[derive(Clone)]
pub(crate) struct Token {
    claims: Value,
    secret: String,
}

impl Token {
    /// A token that is valid for an hour from `now`.
    pub(crate) fn new(sub: &str, now: DateTime<Utc>) -> Self {
        let exp = (now + Duration::hours(1)).timestamp();
        let claims = json!({
            "sub": sub, "email": format!("{sub}@example.com"), "name": sub, "iat": now.timestamp(), "exp": exp,
        });
        Self { claims, secret: SECRET.into() }
    }

    pub(crate) fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims[claim] = value.into();
        self
    }

    pub(crate) fn without(mut self, claim: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(claim);
        self
    }

    pub(crate) fn signed_with(mut self, secret: &str) -> Self {
        self.secret = secret.into();
        self
    }

    /// The same bytes that `jose` produces: the header is `{"alg":"HS256"}`.
    pub(crate) fn sign(&self) -> String {
        let header = Header { typ: None, ..Header::new(Algorithm::HS256) };
        encode(&header, &self.claims, &EncodingKey::from_secret(self.secret.as_bytes())).unwrap()
    }
}
