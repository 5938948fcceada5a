//! Tokens that are signed with a key of `JWKS_URL`.

mod bad_responses;
mod claims;
mod concurrency;
mod explain_token;
mod kid;
mod logs;
mod oauth;
mod outage;
mod rotation;
mod settings;
mod tls;
mod waiting_requests;
