//! Rate limits for sign-up, log-in, refresh, password checks, mails and password resets, counted in memory by address and by account.

mod clock;
mod limiter;
mod policy;
mod store;

pub use self::policy::Limits;
