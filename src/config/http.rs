//! The HTTP server: address, workers, CORS, proxies and shutdown.

use std::{net::IpAddr, num::NonZeroUsize, thread, time::Duration};

use ipnet::{IpNet, Ipv4Net};
use url::Url;

use super::environment::{ConfigError, Environment, invalid};

const CORS_ALLOWED_ORIGINS: &str = "CORS_ALLOWED_ORIGINS";
const TRUSTED_PROXIES: &str = "TRUSTED_PROXIES";

/// Requests that keep one worker and its database connections busy; more only wait longer.
const CONCURRENT_REQUESTS_PER_WORKER: usize = 32;

/// The HTTP server.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Host name or address to listen on.
    pub host: String,
    /// Port to listen on; 0 selects a free one.
    pub port: u16,
    /// Worker threads. Each has its own share of the database connections.
    pub workers: usize,
    /// Origins whose pages may read responses.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Time between a shutdown signal and the end of accepting connections.
    pub shutdown_delay: Duration,
    /// Requests that may run at the same time.
    pub max_concurrent_requests: usize,
    /// How long a request waits until it may run.
    pub queue_timeout: Duration,
    /// The longest time in which a client reads nothing of a response.
    pub send_timeout: Duration,
    /// Time for in-flight requests to complete at shutdown.
    pub shutdown_timeout: Duration,
}

impl HttpSettings {
    /// Reads and validates the process environment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&Environment::process())
    }

    pub(super) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let workers = environment.number("WORKERS", 1..=256, available_cores())?;
        let max_concurrent_requests = CONCURRENT_REQUESTS_PER_WORKER * workers;
        Ok(Self {
            host: environment.text("HOST").unwrap_or_else(|| "127.0.0.1".into()),
            port: environment.number("PORT", 0..=65535, 8000)?,
            workers,
            cors_origins: cors_origins(environment)?,
            trusted_proxies: trusted_proxies(environment)?,
            shutdown_delay: environment.duration("SHUTDOWN_DELAY", Duration::ZERO..=Duration::from_mins(10), "0s")?,
            max_concurrent_requests: environment.number(
                "MAX_CONCURRENT_REQUESTS",
                1..=1_000_000,
                max_concurrent_requests,
            )?,
            queue_timeout: environment.duration(
                "REQUEST_QUEUE_TIMEOUT",
                Duration::from_millis(1)..=Duration::from_mins(1),
                "100ms",
            )?,
            send_timeout: environment.duration(
                "SEND_TIMEOUT",
                Duration::from_millis(100)..=Duration::from_mins(5),
                "10s",
            )?,
            shutdown_timeout: environment.duration(
                "SHUTDOWN_TIMEOUT",
                Duration::ZERO..=Duration::from_hours(1),
                "30s",
            )?,
        })
    }
}

fn available_cores() -> usize {
    thread::available_parallelism().map_or(2, NonZeroUsize::get)
}

fn cors_origins(environment: &Environment<'_>) -> Result<Vec<String>, ConfigError> {
    let mut origins = environment.list(CORS_ALLOWED_ORIGINS);
    if origins.is_empty() {
        origins.push("http://localhost:3000".into());
    }
    if origins.iter().all(|origin| is_origin(origin)) {
        return Ok(origins);
    }
    Err(invalid(
        CORS_ALLOWED_ORIGINS,
        "exact origins, comma-separated, as in https://app.example.com: lower case, no path, no default port, no *",
    ))
}

/// Returns whether `text` is an origin as browsers serialize it (RFC 6454 §6.2).
fn is_origin(text: &str) -> bool {
    let is_serialized =
        |url: Url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text;
    !text.contains('*') && Url::parse(text).is_ok_and(is_serialized)
}

fn trusted_proxies(environment: &Environment<'_>) -> Result<Vec<IpNet>, ConfigError> {
    let networks: Option<_> = environment.list(TRUSTED_PROXIES).iter().map(|text| network(text)).collect();
    networks.ok_or_else(|| {
        invalid(
            TRUSTED_PROXIES,
            "addresses or networks, comma-separated, as in 10.0.0.7, 10.1.0.0/16, 2001:db8::/32: \
             no host names, no bits set after the prefix, no network of all addresses",
        )
    })
}

/// Parses a network or a single address. `10.0.0.7/8` is rejected, since it could mean either.
fn network(text: &str) -> Option<IpNet> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    let is_exact = network.trunc() == network;
    Some(to_canonical(network)).filter(|network| is_exact && network.prefix_len() > 0)
}

/// Converts an IPv4-mapped IPv6 network to IPv4, since peer addresses are compared as IPv4.
fn to_canonical(network: IpNet) -> IpNet {
    match (network.addr().to_canonical(), network.prefix_len().checked_sub(96)) {
        (IpAddr::V4(address), Some(prefix)) if network.max_prefix_len() == 128 => {
            Ipv4Net::new(address, prefix).map_or(network, IpNet::V4)
        }
        _ => network,
    }
}
