//! Extractors whose rejections are problem details.

mod client_ip;
mod id_path;
mod invalid_fields;
mod json;
mod query;
mod trusted_proxies;

pub use self::{client_ip::ClientIp, trusted_proxies::TrustedProxies};
pub(crate) use self::{
    id_path::IdPath,
    json::{OptionalJson, ValidJson, json_body},
    query::ValidQuery,
};
