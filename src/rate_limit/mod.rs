//! How often somebody may try: counted in memory, by address and by account.

mod clock;
mod limiter;
mod policy;
mod store;

pub use self::policy::Limits;
