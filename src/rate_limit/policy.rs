//! What is limited, and how far.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    time::Duration,
};

use governor::{clock::Clock as _, nanos::Nanos};

use super::{
    clock::Steady,
    limiter::{Limiter, Rate},
    store::Table,
};
use crate::{
    clock::Clock,
    config::Config,
    http::{extract::ClientAddress, problem::Problem},
};

/// A class may sign up in one room; nobody fills the tables.
const SIGN_UP: Rate = Rate { of: "sign-ups from one address", at_once: 20, an_hour: 20 };

/// An office may come to work at once.
const LOG_IN: Rate = Rate { of: "log-ins from one address", at_once: 60, an_hour: 720 };

/// A user may forget which password it was. Those that succeed are not counted.
const LOG_IN_HERE: Rate = Rate { of: "log-ins to one account from one address", at_once: 10, an_hour: 20 };

/// All the world may not guess at one account from ever new addresses. Those that succeed are not counted. Five times
/// [`LOG_IN_HERE`], so that one stranger does not use it up.
const LOG_IN_BY_STRANGERS: Rate = Rate { of: "log-ins to one account by strangers", at_once: 50, an_hour: 100 };

/// A front end may ask for all its users from one address.
const REFRESH: Rate = Rate { of: "refreshes from one address", at_once: 120, an_hour: 3_600 };

/// Who has somebody's token may not guess the password with it. Those that are right are not counted.
const PASSWORD_HERE: Rate = Rate { of: "passwords tried for one account from one address", at_once: 10, an_hour: 20 };
const PASSWORD: Rate = Rate { of: "passwords tried for one account", at_once: 20, an_hour: 40 };

/// How long an address is known to an account after it got in.
const KNOWN_FOR: Duration = Duration::from_hours(30 * 24);

/// How often somebody may try, for the whole process. Replicas count each for itself.
pub struct Limits(Option<Counted>);

struct Counted {
    sign_up: Limiter,
    log_in: Limiter,
    log_in_here: Limiter,
    log_in_by_strangers: Limiter,
    refresh: Limiter,
    password_here: Limiter,
    password: Limiter,
    /// Which addresses got into which accounts.
    known: Table,
    clock: Steady,
    /// Makes keys that nobody outside can foretell, and of which no address or e-mail can be read.
    hasher: RandomState,
}

impl Limits {
    /// As the settings want it: none where `RATE_LIMIT` is off.
    #[must_use]
    pub fn new(config: &Config, clock: &Clock) -> Self {
        Self(config.rate_limit.then(|| Counted::new(Steady::new(clock))))
    }

    /// Somebody wants to sign up.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`, as of all that follow.
    pub fn sign_up(&self, from: ClientAddress) -> Result<(), Problem> {
        let Some(counted) = &self.0 else { return Ok(()) };
        counted.sign_up.take(counted.address(from))
    }

    /// Somebody did sign up: the address is known to the account.
    pub fn signed_up(&self, from: ClientAddress, email: &str) {
        if let Some(counted) = &self.0 {
            counted.know(counted.account_here(from, email));
        }
    }

    /// Somebody wants to log in.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn log_in(&self, from: ClientAddress, email: &str) -> Result<(), Problem> {
        let Some(counted) = &self.0 else { return Ok(()) };
        let here = counted.account_here(from, email);
        counted.log_in.take(counted.address(from))?;
        counted.log_in_here.take(here)?;
        if counted.knows(here) { Ok(()) } else { counted.log_in_by_strangers.take(counted.account(email)) }
    }

    /// Somebody did log in: that was no guess, and the address is known to the account.
    pub fn logged_in(&self, from: ClientAddress, email: &str) {
        let Some(counted) = &self.0 else { return };
        let here = counted.account_here(from, email);
        counted.log_in_here.give_back(here);
        if !counted.knows(here) {
            counted.log_in_by_strangers.give_back(counted.account(email));
        }
        counted.know(here);
    }

    /// Somebody wants a new pair of tokens.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn refresh(&self, from: ClientAddress) -> Result<(), Problem> {
        let Some(counted) = &self.0 else { return Ok(()) };
        counted.refresh.take(counted.address(from))
    }

    /// A user who is logged in gives the password again, to change it or to close the account.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn password(&self, from: ClientAddress, user: &str) -> Result<(), Problem> {
        let Some(counted) = &self.0 else { return Ok(()) };
        counted.password_here.take(counted.account_here(from, user))?;
        counted.password.take(counted.account(user))
    }

    /// It was the right one: that was no guess.
    pub fn knew_password(&self, from: ClientAddress, user: &str) {
        let Some(counted) = &self.0 else { return };
        counted.password_here.give_back(counted.account_here(from, user));
        counted.password.give_back(counted.account(user));
    }
}

impl Counted {
    fn new(clock: Steady) -> Self {
        let limiter = |rate| Limiter::new(rate, &clock);
        Self {
            sign_up: limiter(&SIGN_UP),
            log_in: limiter(&LOG_IN),
            log_in_here: limiter(&LOG_IN_HERE),
            log_in_by_strangers: limiter(&LOG_IN_BY_STRANGERS),
            refresh: limiter(&REFRESH),
            password_here: limiter(&PASSWORD_HERE),
            password: limiter(&PASSWORD),
            known: Table::new(),
            hasher: RandomState::new(),
            clock,
        }
    }

    fn address(&self, from: ClientAddress) -> u64 {
        self.hasher.hash_one(from.counted())
    }

    fn account(&self, name: &str) -> u64 {
        self.hasher.hash_one(name.to_lowercase())
    }

    fn account_here(&self, from: ClientAddress, name: &str) -> u64 {
        self.hasher.hash_one::<(IpAddr, String)>((from.counted(), name.to_lowercase()))
    }

    fn know(&self, account_here: u64) {
        self.known.remember(account_here, self.clock.now() + Nanos::from(KNOWN_FOR));
    }

    fn knows(&self, account_here: u64) -> bool {
        self.known.until(account_here).is_some_and(|until| until > self.clock.now())
    }
}
