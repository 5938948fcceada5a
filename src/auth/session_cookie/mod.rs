//! Better Auth's session cookie: its signature, its attributes, and the session that it names.

mod authentication;
mod cookies;
mod current_session;
mod request_cookies;
mod session_cache;

pub(crate) use self::{
    authentication::CookieAuthentication,
    cookies::{Lifetime, SessionCookies},
    current_session::{CurrentSession, PresentedSession},
};
