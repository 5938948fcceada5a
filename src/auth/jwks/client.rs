//! One fetch of the key set: from the configured address and nowhere else, and never more than is good.

use std::{error::Error, fmt, time::Duration};

use reqwest::{Client, Proxy, Response, StatusCode, header, redirect::Policy};
use url::Url;

use crate::{config, jose::json::truncated};

/// Most octets of a set, after decompression.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// Where the key set is.
pub(in crate::auth) struct KeySetClient {
    client: Client,
    url: Url,
}

/// A key set as it was sent.
pub(in crate::auth) struct FetchedKeySet {
    pub(in crate::auth) body: Vec<u8>,
    /// How long its server says that it may be kept (RFC 9111 §5.2.2.1).
    pub(in crate::auth) max_age: Option<Duration>,
}

/// Why there is no key set.
#[derive(Debug, thiserror::Error)]
pub(in crate::auth) enum FetchError {
    #[error("{}", root_cause(.0))]
    Connection(#[from] reqwest::Error),
    #[error("it did not arrive in time (JWKS_TIMEOUT)")]
    Timeout,
    #[error("it answered with status {}{}", .0.as_u16(), status_hint(*.0))]
    Status(StatusCode),
    #[error("it is larger than {} KiB", MAX_BODY_BYTES / 1024)]
    TooLarge,
}

impl KeySetClient {
    /// A key server that is asked as the settings say. The system's proxies are not used, redirects not followed.
    pub(in crate::auth) fn new(settings: &config::JwksSettings) -> Result<Self, reqwest::Error> {
        let mut client = Client::builder()
            .user_agent(concat!("taskbridge/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(settings.timeout)
            .pool_max_idle_per_host(0)
            .no_proxy();
        if let Some(proxy) = &settings.proxy {
            client = client.proxy(Proxy::all(proxy.expose())?);
        } else if settings.url.scheme() == "http" {
            // the system's certificates would be read for nothing
            client = client.tls_certs_only([]);
        }
        Ok(Self { client: client.build()?, url: settings.url.clone() })
    }

    pub(in crate::auth) async fn fetch(&self) -> Result<FetchedKeySet, FetchError> {
        let request =
            self.client.get(self.url.clone()).header(header::ACCEPT, "application/jwk-set+json, application/json");
        let mut response = request.send().await.map_err(FetchError::from_reqwest)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let max_age = cache_control_max_age(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(FetchError::from_reqwest)? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FetchedKeySet { body, max_age })
    }
}

impl FetchError {
    fn from_reqwest(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::Timeout } else { Self::Connection(error.without_url()) }
    }
}

fn cache_control_max_age(response: &Response) -> Option<Duration> {
    let fields = response.headers().get_all(header::CACHE_CONTROL).iter().filter_map(|field| field.to_str().ok());
    let mut directives =
        fields.flat_map(|field| field.split(',')).filter_map(|directive| directive.trim().split_once('='));
    let (_, seconds) = directives.find(|(name, _)| name.eq_ignore_ascii_case("max-age"))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

/// What it was in the end: the layers above say only that something failed.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    truncated(cause)
}

fn status_hint(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "; Better Auth's key set is at /api/auth/jwks",
        status if status.is_redirection() => "; redirects are not followed",
        _ => "",
    }
}

/// Its address, as it may stand in a log.
impl fmt::Display for KeySetClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.url.origin().ascii_serialization(), self.url.path())
    }
}
