//! The front end's key set.

use std::time::Duration;

use url::{Host, Url};

use super::{
    environment::{ConfigError, Environment, invalid},
    oauth::OAuthSettings,
    secrets::Secret,
};

const NAME: &str = "JWKS_URL";
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The front end's key set, and the claims required of tokens that its keys sign.
#[derive(Debug, Clone)]
pub struct JwksSettings {
    /// The address of the key set.
    pub url: Url,
    /// Accepted values of `iss`.
    pub issuers: Vec<String>,
    /// Accepted values of `aud`.
    pub audiences: Vec<String>,
    /// What access tokens of the OAuth provider must have. `None` rejects them.
    pub oauth: Option<OAuthSettings>,
    /// Minimum time between two fetches.
    pub cooldown: Duration,
    /// Age at which the key set is refreshed.
    pub max_age: Duration,
    /// Limit of one fetch.
    pub timeout: Duration,
    /// How long cached keys are used while fetches fail.
    pub stale_max: Duration,
    /// The HTTP proxy for fetches.
    pub proxy: Option<Secret>,
}

impl JwksSettings {
    /// Returns `None` if `JWKS_URL` is not set.
    pub(super) fn read(environment: &Environment<'_>) -> Result<Option<Self>, ConfigError> {
        let Some(text) = environment.text(NAME) else {
            return OAuthSettings::reject(environment).map(|()| None);
        };
        let allow_http = environment.one_of("JWKS_ALLOW_HTTP", ["off", "on"])? == "on";
        let proxy = proxy(environment)?;
        let url = key_set_url(&text, allow_http, proxy.is_some())?;
        let origin = url.origin().ascii_serialization();
        let max_age = environment.duration("JWKS_MAX_AGE", Duration::from_secs(1)..=DAY, "10m")?;
        let cooldown = environment.duration("JWKS_COOLDOWN", Duration::from_secs(1)..=max_age.min(HOUR), "30s")?;
        let or_origin = |list: Vec<String>| if list.is_empty() { vec![origin.clone()] } else { list };
        Ok(Some(Self {
            issuers: or_origin(environment.list("JWT_ISSUER")),
            audiences: or_origin(environment.list("JWT_AUDIENCE")),
            oauth: OAuthSettings::read(environment, &url)?,
            cooldown,
            max_age,
            timeout: environment.duration("JWKS_TIMEOUT", Duration::from_millis(100)..=Duration::from_mins(1), "5s")?,
            stale_max: environment.duration("JWKS_STALE_MAX", max_age..=DAY * 30, "24h")?,
            proxy,
            url,
        }))
    }
}

fn key_set_url(text: &str, allow_http: bool, through_proxy: bool) -> Result<Url, ConfigError> {
    let requirement =
        "the URL of a key set, as in https://app.example.com/api/auth/jwks: no user, no password, no fragment";
    let url = Url::parse(text).ok().filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| invalid(NAME, requirement))?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(invalid(NAME, requirement));
    }
    if url.scheme() == "http" && !allow_http && (through_proxy || !is_loopback(&url)) {
        return Err(invalid(
            NAME,
            "https, unless the host is loopback and no proxy is set; JWKS_ALLOW_HTTP=on allows http between containers",
        ));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn proxy(environment: &Environment<'_>) -> Result<Option<Secret>, ConfigError> {
    let Some(text) = environment.text("JWKS_PROXY") else { return Ok(None) };
    match Url::parse(&text) {
        Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => Ok(Some(Secret::new(text))),
        _ => Err(invalid("JWKS_PROXY", "the URL of an HTTP proxy, as in http://proxy.example.com:3128")),
    }
}
