//! Names, attributes and signatures of the cookies.

use actix_web::http::header::{HeaderMap, HeaderValue};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::utf8_percent_encode;

use super::request_cookies::cookie;
use crate::{
    auth::scoped::URI_COMPONENT,
    config::{Secrets, SessionCookieSettings},
};

/// How long a browser keeps the cookie, in seconds: seven days.
const MAX_AGE: u32 = 604_800;

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Seven days.
    Remembered,
    /// Until it is closed.
    BrowserSession,
}

/// Signs, verifies and formats the cookies of Better Auth's client.
pub(crate) struct SessionCookies {
    session_token: String,
    session_data: String,
    dont_remember: String,
    attributes: String,
    /// One key per secret. The first signs; all verify.
    keys: Vec<hmac::Key>,
}

impl SessionCookies {
    pub(crate) fn new(settings: &SessionCookieSettings, secrets: &Secrets) -> Self {
        let prefix = if settings.is_secure() { "__Secure-" } else { "" };
        let name = |suffix| format!("{prefix}{}.{suffix}", settings.prefix);
        let domain = settings.domain.as_ref().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let secure = if settings.is_secure() { "; Secure" } else { "" };
        Self {
            session_token: name("session_token"),
            session_data: name("session_data"),
            dont_remember: name("dont_remember"),
            attributes: format!("{domain}; Path=/; HttpOnly{secure}; SameSite={}", settings.same_site),
            keys: secrets.iter().map(|secret| hmac::Key::new(HMAC_SHA256, secret.expose().as_bytes())).collect(),
        }
    }

    /// Returns `value.signature`.
    pub(crate) fn sign(&self, value: &str) -> String {
        let signature = self.keys.first().map(|key| BASE64_STANDARD.encode(hmac::sign(key, value.as_bytes())));
        format!("{value}.{}", signature.unwrap_or_default())
    }

    /// Returns the value of `value.signature` if the signature is genuine, in constant time.
    pub(crate) fn verify<'v>(&self, signed: &'v str) -> Option<&'v str> {
        let (value, signature) = signed.rsplit_once('.')?;
        let signature = BASE64_STANDARD.decode(signature).ok()?;
        let is_genuine = |key| hmac::verify(key, value.as_bytes(), &signature).is_ok();
        (!value.is_empty() && self.keys.iter().any(is_genuine)).then_some(value)
    }

    /// Returns the session token of a request's cookie.
    pub(crate) fn session_token(&self, headers: &HeaderMap) -> Option<String> {
        self.verified(headers, &self.session_token)
    }

    /// Returns how long the browser keeps the cookie of a request.
    pub(crate) fn lifetime(&self, headers: &HeaderMap) -> Lifetime {
        match self.verified(headers, &self.dont_remember) {
            Some(_) => Lifetime::BrowserSession,
            None => Lifetime::Remembered,
        }
    }

    /// Returns the cookies that a new or extended session has, as `Set-Cookie` fields. `request` tells which it had.
    pub(crate) fn set(&self, token: &str, lifetime: Lifetime, request: &HeaderMap) -> Vec<HeaderValue> {
        let max_age = (lifetime == Lifetime::Remembered).then_some(MAX_AGE);
        let session = self.set_cookie(&self.session_token, &self.sign(token), max_age);
        let dont_remember = match lifetime {
            Lifetime::BrowserSession => Some(self.set_cookie(&self.dont_remember, &self.sign("true"), None)),
            Lifetime::Remembered if self.lifetime(request) == Lifetime::BrowserSession => {
                Some(self.set_cookie(&self.dont_remember, "", Some(0)))
            }
            Lifetime::Remembered => None,
        };
        [Some(session), dont_remember].into_iter().flatten().flatten().collect()
    }

    /// Returns the fields that delete the cookies.
    pub(crate) fn clear(&self) -> impl Iterator<Item = HeaderValue> {
        [&self.session_token, &self.session_data, &self.dont_remember]
            .into_iter()
            .filter_map(|name| self.set_cookie(name, "", Some(0)))
    }

    fn verified(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        self.verify(&cookie(headers, name)?).map(str::to_owned)
    }

    fn set_cookie(&self, name: &str, value: &str, max_age: Option<u32>) -> Option<HeaderValue> {
        let value = utf8_percent_encode(value, URI_COMPONENT);
        let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        HeaderValue::from_str(&format!("{name}={value}{max_age}{}", self.attributes)).ok()
    }
}
