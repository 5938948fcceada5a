//! The address that a request comes from.

use std::{
    fmt,
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use actix_web::{Error, FromRequest, HttpRequest, dev::Payload, web::Data};

use super::trusted_proxies::TrustedProxies;

/// The address that a request comes from, as far as it can be believed. It identifies nobody: it is counted, and told
/// to the user whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientIp(IpAddr);

/// What of an IPv6 address is one customer's: the first 64 bits.
const IPV6_NETWORK_MASK: u128 = !0 << 64;

impl ClientIp {
    /// An IPv4 address that is written as an IPv6 one is that IPv4 address.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// What is counted as one: an IPv4 address, the /64 of an IPv6 one.
    pub(crate) fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK_MASK)),
        }
    }
}

/// The address itself, whole.
impl fmt::Display for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromRequest for ClientIp {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // whoever has none is counted with all who have none
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let proxies = request.app_data::<Data<TrustedProxies>>();
        let client = proxies.map_or(peer, |proxies| proxies.client_ip(peer, request.headers()));
        ready(Ok(Self::new(client)))
    }
}
