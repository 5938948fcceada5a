//! An issuer that signs tokens with a private key, like Better Auth with its `jwt()` plugin.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value, json};

use super::signing_key::SigningKey;

/// The algorithms that a key set may use.
pub(crate) const ALGORITHMS: [&str; 11] =
    ["EdDSA", "Ed25519", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/// An issuer with one key.
#[derive(Clone)]
pub(crate) struct Issuer {
    origin: String,
    algorithm: &'static str,
    kid: String,
    key: Arc<SigningKey>,
}

/// A token that is not signed yet.
#[derive(Clone)]
pub(crate) struct JwksToken {
    issuer: Issuer,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Issuer {
    /// An issuer at this origin, which is `iss` and `aud` of its tokens.
    pub(crate) fn new(origin: &str, algorithm: &'static str) -> Self {
        Self::with_key(origin, algorithm, SigningKey::first(algorithm))
    }

    fn with_key(origin: &str, algorithm: &'static str, key: SigningKey) -> Self {
        static CREATED: AtomicUsize = AtomicUsize::new(0);
        let kid = format!("{algorithm}-{}", CREATED.fetch_add(1, Ordering::Relaxed));
        Self { origin: origin.into(), algorithm, kid, key: key.into() }
    }

    /// The same issuer with a new key.
    pub(crate) fn rotated(&self) -> Self {
        Self::with_key(&self.origin, self.algorithm, SigningKey::second(self.algorithm))
    }

    /// The same issuer and key with another `kid`.
    pub(crate) fn with_kid(&self, kid: &str) -> Self {
        Self { kid: kid.into(), ..self.clone() }
    }

    /// The same RSA key, used with another algorithm.
    pub(crate) fn with_algorithm(&self, algorithm: &'static str) -> Self {
        Self { algorithm, key: self.key.with_algorithm(algorithm).into(), ..self.clone() }
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as Better Auth publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = self.key.public();
        jwk["alg"] = self.algorithm.into();
        jwk["kid"] = self.kid.as_str().into();
        jwk
    }

    /// A token as Better Auth issues it, valid for 15 minutes from `now`.
    pub(crate) fn token(&self, sub: &str, now: DateTime<Utc>) -> JwksToken {
        let header = json!({ "alg": self.algorithm, "kid": self.kid });
        let claims = json!({
            "iat": now.timestamp(),
            "name": sub,
            "email": format!("{sub}@example.com"),
            "emailVerified": false,
            "image": null,
            "createdAt": now,
            "updatedAt": now,
            "id": sub,
            "sub": sub,
            "exp": (now + Duration::minutes(15)).timestamp(),
            "iss": self.origin,
            "aud": self.origin,
        });
        let members = |object: Value| object.as_object().unwrap().clone();
        JwksToken { issuer: self.clone(), header: members(header), claims: members(claims) }
    }

    /// The signature of a message, in base64url.
    pub(crate) fn sign(&self, message: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.signature(message))
    }

    /// The signature of a message.
    pub(crate) fn signature(&self, message: &str) -> Vec<u8> {
        self.key.sign(message.as_bytes())
    }
}

impl JwksToken {
    pub(crate) fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(claim.into(), value.into());
        self
    }

    pub(crate) fn without(mut self, claim: &str) -> Self {
        self.claims.remove(claim);
        self
    }

    pub(crate) fn with_header(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.header.insert(member.into(), value.into());
        self
    }

    pub(crate) fn without_header(mut self, member: &str) -> Self {
        self.header.remove(member);
        self
    }

    /// The signing input: header and payload.
    pub(crate) fn message(&self) -> String {
        let part = |object: &Map<String, Value>| BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(object).unwrap());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    pub(crate) fn sign(&self) -> String {
        self.signed_by(&self.issuer)
    }

    /// Signs with the key of another issuer; the header is unchanged.
    pub(crate) fn signed_by(&self, other: &Issuer) -> String {
        let message = self.message();
        format!("{message}.{}", other.sign(&message))
    }

    /// Appends these bytes as the signature.
    pub(crate) fn with_signature(&self, signature: impl AsRef<[u8]>) -> String {
        format!("{}.{}", self.message(), BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}
