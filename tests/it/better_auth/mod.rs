//! The service beside a real Better Auth.

mod accounts;
mod differential;
mod jwt_plugin;
mod key_rotation;
mod mail;
mod sessions;
mod shared_cookies;
mod shared_keys;
mod tables;
mod token_isolation;
