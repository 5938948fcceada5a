//! The IP address of the client.

use std::{
    fmt,
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use actix_web::{Error, FromRequest, HttpRequest, dev::Payload, web::Data};

use super::trusted_proxies::TrustedProxies;

/// The IP address of the client: the peer's, or that of `X-Forwarded-For` behind trusted proxies. Used for rate limits
/// and in the list of sessions, never to authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientIp(IpAddr);

/// The first 64 bits of an IPv6 address, which providers assign to one customer.
const IPV6_NETWORK_MASK: u128 = !0 << 64;

impl ClientIp {
    /// Converts an IPv4-mapped IPv6 address to IPv4.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The unit of rate limits: an IPv4 address, or the /64 network of an IPv6 address.
    pub(crate) fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK_MASK)),
        }
    }
}

/// Writes the whole address.
impl fmt::Display for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromRequest for ClientIp {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // requests without a peer address share one rate limit
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let proxies = request.app_data::<Data<TrustedProxies>>();
        let client = proxies.map_or(peer, |proxies| proxies.client_ip(peer, request.headers()));
        ready(Ok(Self::new(client)))
    }
}
