//! `/api/auth/*`: accounts, sessions and the current user.

mod accounts_disabled;
mod log_in;
mod log_out;
mod log_redaction;
mod me;
mod password;
mod refresh;
mod refresh_after_kill;
mod session_cookie;
mod sessions;
mod sign_up;
