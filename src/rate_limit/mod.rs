//! How often somebody may try: counted in memory, by address and by account.

mod address;
mod limiter;
mod policy;
mod proxies;
mod steady;
mod table;

pub use self::{address::ClientAddress, policy::Limits, proxies::Proxies};
