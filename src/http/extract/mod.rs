//! Extractors whose rejections are problem details.

mod client_ip;
mod json;
mod trusted_proxies;

pub(crate) use self::json::{MaybeJson, ValidJson};
pub use self::{client_ip::ClientAddress, trusted_proxies::Proxies};
