//! What is limited, and how far.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    time::Duration,
};

use governor::{clock::Clock as _, nanos::Nanos};

use super::{
    clock::MonotonicClock,
    limiter::{Limiter, Rate},
    store::BoundedStore,
};
use crate::{
    clock::Clock,
    config::Config,
    http::{extract::ClientAddress, problem::Problem},
};

/// A class may sign up in one room; nobody fills the tables.
const SIGN_UP_PER_ADDRESS: Rate = Rate { name: "sign-ups from one address", burst: 20, per_hour: 20 };

/// An office may come to work at once.
const LOG_IN_PER_ADDRESS: Rate = Rate { name: "log-ins from one address", burst: 60, per_hour: 720 };

/// A user may forget which password it was. Those that succeed are not limiters.
const LOG_IN_PER_ACCOUNT_AND_ADDRESS: Rate =
    Rate { name: "log-ins to one account from one address", burst: 10, per_hour: 20 };

/// All the world may not guess at one account from ever new addresses. Those that succeed are not limiters. Five times
/// [`LOG_IN_PER_ACCOUNT_AND_ADDRESS`], so that one stranger does not use it up.
const LOG_IN_FROM_UNKNOWN_ADDRESSES: Rate =
    Rate { name: "log-ins to one account by strangers", burst: 50, per_hour: 100 };

/// A front end may ask for all its users from one address.
const REFRESH_PER_ADDRESS: Rate = Rate { name: "refreshes from one address", burst: 120, per_hour: 3_600 };

/// Who has somebody's token may not guess the password with it. Those that are right are not limiters.
const PASSWORD_PER_ACCOUNT_AND_ADDRESS: Rate =
    Rate { name: "passwords tried for one account from one address", burst: 10, per_hour: 20 };
const PASSWORD_PER_ACCOUNT: Rate = Rate { name: "passwords tried for one account", burst: 20, per_hour: 40 };

/// How long an address is known to an account after it got in.
const KNOWN_ADDRESS_TTL: Duration = Duration::from_hours(30 * 24);

/// How often somebody may try, for the whole process. Replicas count each for itself.
pub struct Limits(Option<Limiters>);

struct Limiters {
    sign_up: Limiter,
    log_in: Limiter,
    log_in_per_account_and_address: Limiter,
    log_in_from_unknown_addresses: Limiter,
    refresh: Limiter,
    password_per_account_and_address: Limiter,
    password: Limiter,
    /// Which addresses got into which accounts.
    known_addresses: BoundedStore,
    clock: MonotonicClock,
    /// Makes keys that nobody outside can foretell, and of which no address or e-mail can be read.
    hasher: RandomState,
}

impl Limits {
    /// As the settings want it: none where `RATE_LIMIT` is off.
    #[must_use]
    pub fn new(config: &Config, clock: &Clock) -> Self {
        Self(config.rate_limit.then(|| Limiters::new(MonotonicClock::new(clock))))
    }

    /// Somebody wants to sign up.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`, as of all that follow.
    pub fn sign_up(&self, from: ClientAddress) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.sign_up.check(limiters.address_key(from))
    }

    /// Somebody did sign up: the address is known to the account.
    pub fn signed_up(&self, from: ClientAddress, email: &str) {
        if let Some(limiters) = &self.0 {
            limiters.mark_known(limiters.account_address_key(from, email));
        }
    }

    /// Somebody wants to log in.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn log_in(&self, from: ClientAddress, email: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        let account_address = limiters.account_address_key(from, email);
        limiters.log_in.check(limiters.address_key(from))?;
        limiters.log_in_per_account_and_address.check(account_address)?;
        if limiters.is_known(account_address) {
            Ok(())
        } else {
            limiters.log_in_from_unknown_addresses.check(limiters.account_key(email))
        }
    }

    /// Somebody did log in: that was no guess, and the address is known to the account.
    pub fn logged_in(&self, from: ClientAddress, email: &str) {
        let Some(limiters) = &self.0 else { return };
        let account_address = limiters.account_address_key(from, email);
        limiters.log_in_per_account_and_address.refund(account_address);
        if !limiters.is_known(account_address) {
            limiters.log_in_from_unknown_addresses.refund(limiters.account_key(email));
        }
        limiters.mark_known(account_address);
    }

    /// Somebody wants a new pair of tokens.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn refresh(&self, from: ClientAddress) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.refresh.check(limiters.address_key(from))
    }

    /// A user who is logged in gives the password again, to change it or to close the account.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn password(&self, from: ClientAddress, user: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.password_per_account_and_address.check(limiters.account_address_key(from, user))?;
        limiters.password.check(limiters.account_key(user))
    }

    /// It was the right one: that was no guess.
    pub fn password_accepted(&self, from: ClientAddress, user: &str) {
        let Some(limiters) = &self.0 else { return };
        limiters.password_per_account_and_address.refund(limiters.account_address_key(from, user));
        limiters.password.refund(limiters.account_key(user));
    }
}

impl Limiters {
    fn new(clock: MonotonicClock) -> Self {
        let limiter = |rate| Limiter::new(rate, &clock);
        Self {
            sign_up: limiter(&SIGN_UP_PER_ADDRESS),
            log_in: limiter(&LOG_IN_PER_ADDRESS),
            log_in_per_account_and_address: limiter(&LOG_IN_PER_ACCOUNT_AND_ADDRESS),
            log_in_from_unknown_addresses: limiter(&LOG_IN_FROM_UNKNOWN_ADDRESSES),
            refresh: limiter(&REFRESH_PER_ADDRESS),
            password_per_account_and_address: limiter(&PASSWORD_PER_ACCOUNT_AND_ADDRESS),
            password: limiter(&PASSWORD_PER_ACCOUNT),
            known_addresses: BoundedStore::new(),
            hasher: RandomState::new(),
            clock,
        }
    }

    fn address_key(&self, from: ClientAddress) -> u64 {
        self.hasher.hash_one(from.counted())
    }

    fn account_key(&self, name: &str) -> u64 {
        self.hasher.hash_one(name.to_lowercase())
    }

    fn account_address_key(&self, from: ClientAddress, name: &str) -> u64 {
        self.hasher.hash_one::<(IpAddr, String)>((from.counted(), name.to_lowercase()))
    }

    fn mark_known(&self, account_address_key: u64) {
        self.known_addresses.insert(account_address_key, self.clock.now() + Nanos::from(KNOWN_ADDRESS_TTL));
    }

    fn is_known(&self, account_address_key: u64) -> bool {
        self.known_addresses.expires(account_address_key).is_some_and(|expires| expires > self.clock.now())
    }
}
