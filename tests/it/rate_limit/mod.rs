//! Rate limits of the account operations.

mod known_addresses;
mod over_http;
mod policy;
mod shared;
mod test_limits;
