//! The health check of a running service, for containers, which have no other HTTP client.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use clap::Args;
use reqwest::{Client, StatusCode, redirect::Policy};
use url::Url;

use crate::config::HttpSettings;

/// Shorter than the timeout of the container image's health check, so that the reason is printed.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// Which service is asked, and what.
#[derive(Args)]
pub(super) struct HealthCheck {
    /// The service's URL; by default its address on this machine, from HOST and PORT
    #[arg(long)]
    url: Option<Url>,
    /// Check readiness, not liveness
    #[arg(long)]
    ready: bool,
}

impl HealthCheck {
    /// Fails unless the service answers 200 within [`HEALTH_TIMEOUT`].
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        let base = match self.url {
            Some(url) => url,
            None => local_url(&HttpSettings::from_env()?)?,
        };
        let url = base.join(if self.ready { "/health/ready" } else { "/health/live" })?;
        let response = client(&url)?.get(url.clone()).send().await;
        match response.map(|response| response.status()) {
            Ok(StatusCode::OK) => Ok(()),
            Ok(status) => Err(format!("{url} answered with status {}", status.as_u16()).into()),
            Err(error) if error.is_timeout() => Err(format!("{url} did not answer within {HEALTH_TIMEOUT:?}").into()),
            Err(error) => Err(format!("can't reach {url}: {}", root_cause(&error)).into()),
        }
    }
}

fn client(url: &Url) -> Result<Client, reqwest::Error> {
    let client = Client::builder().redirect(Policy::none()).timeout(HEALTH_TIMEOUT).no_proxy();
    // plain HTTP needs no root certificates
    if url.scheme() == "http" { client.tls_certs_only([]).build() } else { client.build() }
}

/// Returns the URL of the service on this machine: loopback if it listens on all addresses.
fn local_url(settings: &HttpSettings) -> Result<Url, Box<dyn Error>> {
    if settings.port == 0 {
        return Err("PORT is 0: name the service's address with --url".into());
    }
    let host = match settings.host.parse() {
        Ok(IpAddr::V4(address)) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        Ok(IpAddr::V6(address)) if address.is_unspecified() => format!("[{}]", Ipv6Addr::LOCALHOST),
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        Ok(IpAddr::V4(_)) | Err(_) => settings.host.clone(),
    };
    Ok(Url::parse(&format!("http://{host}:{}", settings.port))?)
}

/// Returns the innermost error: the outer ones only state that something failed.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
