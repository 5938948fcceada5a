//! Better Auth's session cookie: its signature, its attributes, and the session that it names.

mod cookies;
mod current_session;
mod request_cookies;

pub(crate) use self::{
    cookies::{Lifetime, SessionCookies},
    current_session::{CurrentSession, PresentedSession},
};
