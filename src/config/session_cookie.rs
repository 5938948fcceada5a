//! The session cookie of Better Auth's client, and the public URL, which decides whether it is secure.

use url::Url;

use super::environment::{ConfigError, Environment, invalid};

const PUBLIC_URL: &str = "PUBLIC_URL";
const SESSION_COOKIE: &str = "SESSION_COOKIE";
const COOKIE_PREFIX: &str = "COOKIE_PREFIX";
const COOKIE_DOMAIN: &str = "COOKIE_DOMAIN";
const COOKIE_SAME_SITE: &str = "COOKIE_SAME_SITE";

/// Name and attributes of the session cookie (RFC 6265).
#[derive(Debug, Clone)]
pub struct SessionCookieSettings {
    /// The origin of the service as browsers see it. `None` if only the `Host` header tells.
    pub public_origin: Option<String>,
    /// The cookie is named `<prefix>.session_token`.
    pub prefix: String,
    /// The `Domain` attribute.
    pub domain: Option<String>,
    /// The `SameSite` attribute: `Lax`, `Strict` or `None`.
    pub same_site: &'static str,
    /// Whether the cookie authenticates every route, not only those of Better Auth's client.
    pub authenticates_every_route: bool,
}

impl SessionCookieSettings {
    /// A key set alone cannot verify a cookie: `has_secret` tells whether there is a secret.
    pub(super) fn read(environment: &Environment<'_>, has_secret: bool) -> Result<Self, ConfigError> {
        let settings = Self {
            public_origin: public_origin(environment)?,
            prefix: prefix(environment)?,
            domain: domain(environment)?,
            same_site: same_site(environment)?,
            authenticates_every_route: environment.one_of(SESSION_COOKIE, ["off", "on"])? == "on",
        };
        if settings.authenticates_every_route && !has_secret {
            return Err(invalid(SESSION_COOKIE, "off unless BETTER_AUTH_SECRET is set: it verifies the cookie"));
        }
        if !settings.domain_covers_public_url() {
            return Err(invalid(
                COOKIE_DOMAIN,
                "the host of PUBLIC_URL or a parent domain of it: browsers drop other cookies",
            ));
        }
        if settings.same_site == "None" && !settings.is_secure() {
            return Err(invalid(COOKIE_SAME_SITE, "lax or strict unless PUBLIC_URL starts with https://"));
        }
        Ok(settings)
    }

    /// Returns whether browsers send the cookie over https only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_origin.as_ref().is_some_and(|origin| origin.starts_with("https://"))
    }
}

impl SessionCookieSettings {
    /// RFC 6265 §5.3, step 6.
    fn domain_covers_public_url(&self) -> bool {
        let (Some(domain), Some(origin)) = (&self.domain, &self.public_origin) else { return true };
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        let host = Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        host == domain || (domain.contains('.') && host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.')))
    }
}

fn public_origin(environment: &Environment<'_>) -> Result<Option<String>, ConfigError> {
    let Some(text) = environment.text(PUBLIC_URL) else { return Ok(None) };
    let is_origin = |url: &Url| {
        let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
        matches!(url.scheme(), "http" | "https") && !has_more && url.username().is_empty() && url.password().is_none()
    };
    let url = Url::parse(&text).ok().filter(is_origin);
    let url = url.ok_or_else(|| {
        invalid(PUBLIC_URL, "the service's http or https URL without a path, as in https://api.example.com")
    })?;
    Ok(Some(url.origin().ascii_serialization()))
}

/// RFC 6265 §4.1.1: a name is a token.
fn prefix(environment: &Environment<'_>) -> Result<String, ConfigError> {
    let prefix = environment.text(COOKIE_PREFIX).unwrap_or_else(|| "better-auth".into());
    if prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) && !prefix.starts_with("__") {
        return Ok(prefix);
    }
    Err(invalid(COOKIE_PREFIX, "letters, digits, `-`, `_` and `.`, and not start with `__`"))
}

fn domain(environment: &Environment<'_>) -> Result<Option<String>, ConfigError> {
    let domain = environment.text(COOKIE_DOMAIN);
    let is_valid = |text: &String| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if domain.as_ref().is_none_or(is_valid) {
        return Ok(domain);
    }
    Err(invalid(COOKIE_DOMAIN, "a domain, as in example.com"))
}

fn same_site(environment: &Environment<'_>) -> Result<&'static str, ConfigError> {
    Ok(match environment.one_of(COOKIE_SAME_SITE, ["lax", "strict", "none"])? {
        "strict" => "Strict",
        "none" => "None",
        _ => "Lax",
    })
}
