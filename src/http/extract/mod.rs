//! Extractors whose rejections are problem details.

mod client_ip;
mod json;
mod trusted_proxies;

pub(crate) use self::json::{OptionalJson, ValidJson};
pub use self::{client_ip::ClientIp, trusted_proxies::TrustedProxies};
