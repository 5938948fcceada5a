//! Whose `X-Forwarded-For` is believed, and what it says.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str,
};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

/// Every proxy adds the address that it was asked from at the right.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word is taken for where a request came from.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Those of these networks, and no other.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// From the peer to the left, the first address that is not a trusted proxy's. What can't be read ends the search,
    /// and counts as the proxy's that passed it on.
    pub(super) fn client_ip(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let fields: Vec<_> = headers.get_all(X_FORWARDED_FOR).collect();
        let entries = fields.iter().rev().flat_map(|field| field.as_bytes().rsplit(|octet| *octet == b','));
        for entry in entries.map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty()) {
            match parse_address(entry) {
                Some(previous) if self.is_trusted(client) => client = previous,
                _ => break,
            }
        }
        client
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address, perhaps in quotes, in brackets, or with a port.
fn parse_address(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?;
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = text.parse().ok().or_else(with_port).or_else(in_brackets)?;
    Some(address.to_canonical())
}
