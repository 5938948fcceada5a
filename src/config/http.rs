//! Whose `X-Forwarded-For` is believed.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use super::{
    ConfigError,
    environment::{Environment, invalid},
};

const NAME: &str = "TRUSTED_PROXIES";

/// Reads addresses and networks; an address is a network of its own.
pub(super) fn trusted_proxies(environment: &Environment<'_>) -> Result<Vec<IpNet>, ConfigError> {
    let network = |text: String| network(&text).ok_or_else(invalid_network);
    environment.list(NAME).into_iter().map(network).collect()
}

fn invalid_network() -> ConfigError {
    invalid(
        NAME,
        "addresses or networks with a comma between them, as in 10.0.0.7, 10.1.0.0/16, 2001:db8::/32: \
         no name, no bits set behind the prefix, and not everybody",
    )
}

/// A network that holds no more than it says: `10.0.0.7/8` may be meant as the one or as the other.
fn network(text: &str) -> Option<IpNet> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    let is_exact = network.trunc() == network;
    Some(to_canonical(network)).filter(|network| is_exact && network.prefix_len() > 0)
}

/// A peer's IPv4 address that is written as an IPv6 one is compared as IPv4.
fn to_canonical(network: IpNet) -> IpNet {
    match (network.addr().to_canonical(), network.prefix_len().checked_sub(96)) {
        (IpAddr::V4(address), Some(prefix)) if network.max_prefix_len() == 128 => {
            Ipv4Net::new(address, prefix).map_or(network, IpNet::V4)
        }
        _ => network,
    }
}
