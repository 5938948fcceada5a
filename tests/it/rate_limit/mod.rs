//! Rate limits of the account operations.

mod known_addresses;
mod over_http;
mod policy;
mod test_limits;
