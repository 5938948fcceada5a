//! Accounts of the service's own, in Better Auth's tables.

pub mod password;
