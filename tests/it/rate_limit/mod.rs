//! Rate limits of the account operations.

mod over_http;
mod policy;
