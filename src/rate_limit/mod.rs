//! Rate limits for sign-up, log-in, refresh and password checks, counted in memory by address and by account.

mod clock;
mod limiter;
mod policy;
mod store;

pub use self::policy::Limits;
