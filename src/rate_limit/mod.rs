//! Rate limits for sign-up, log-in, refresh, password checks, mails and password resets, counted by address and by account, in memory
//! or in the database.

mod clock;
mod key;
mod known_addresses;
mod limiter;
mod policy;
mod shared;
mod store;

pub use self::policy::Limits;
