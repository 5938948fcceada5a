//! The first door: HS256 under the secret that the front end shares (RFC 7518 §3.2).

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use serde::Serialize;

use crate::{
    auth::{
        error::Reason,
        validation::Rules,
        verifier::{Judgement, Verdict, Verifier, at_once},
    },
    config::Secrets,
    jose::Unproven,
};

/// Lets in what a front end mints as `new SignJWT({ sub, email, name }).setProtectedHeader({ alg: 'HS256' })`.
pub struct SharedSecret {
    keys: Vec<DecodingKey>,
    rules: Rules,
}

impl SharedSecret {
    /// A door that opens to any of `secrets`; their UTF-8 octets are the keys, as in `TextEncoder().encode(secret)`.
    #[must_use]
    pub fn new(secrets: &Secrets, rules: Rules) -> Self {
        let key = |secret: &crate::config::Secret| DecodingKey::from_secret(secret.expose().as_bytes());
        Self { keys: secrets.all.iter().map(key).collect(), rules }
    }

    fn verdict(&self, token: &Unproven<'_>, now: DateTime<Utc>) -> Verdict {
        if token.algorithm() != "HS256" || !token.is_plain() {
            return Verdict::NotMine;
        }
        let Some(payload) = token.payload_under(&self.keys, Algorithm::HS256) else {
            return Verdict::Refused(Reason::Signature("BETTER_AUTH_SECRET".into()));
        };
        match self.rules.admit(&payload, now) {
            Ok(claims) => Verdict::Proven(claims),
            Err(reason) => Verdict::Refused(reason),
        }
    }
}

impl Verifier for SharedSecret {
    fn judge<'v>(&'v self, token: &'v Unproven<'v>, now: DateTime<Utc>) -> Judgement<'v> {
        at_once(self.verdict(token, now))
    }

    fn accepts(&self) -> String {
        "BETTER_AUTH_SECRET (HS256 with typ `JWT` or none)".into()
    }
}

/// A token of the front end's kind, to be made here: for curl, for QA and for the test at start.
#[derive(Debug, Clone, Serialize)]
pub struct Mint {
    /// Who it is for.
    pub sub: String,
    /// Their e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it is made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

impl Mint {
    /// The token, under the present secret, to the octet as `jose` makes it.
    ///
    /// # Errors
    ///
    /// What the cryptographic backend says.
    pub fn sign(&self, secrets: &Secrets) -> Result<String, jsonwebtoken::errors::Error> {
        let secret = secrets.all.first().map(|secret| secret.expose().as_bytes()).unwrap_or_default();
        encode(&Header { typ: None, ..Header::new(Algorithm::HS256) }, self, &EncodingKey::from_secret(secret))
    }
}
